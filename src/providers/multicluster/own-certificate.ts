/** The certificate with which this node shows itself to a child: nobody but its owner renews it. */
import type { Problem } from '../../model/problem.ts';
import { expiryProblems } from '../../tls/certificate-expiry.ts';
import { readPair } from '../../tls/certificate-pair.ts';
import type { ChildReport } from './child.ts';

/** Told while there is time to renew it; those of pairing renew themselves. */
export function ownCertificateProblems(
  { name, isPaired, credentials }: Pick<ChildReport, 'name' | 'isPaired' | 'credentials'>,
  nowMs: number,
): Problem[] {
  if (isPaired || !credentials) return [];
  const source = { provider: 'multicluster', child: name };
  return credentials.certificates.flatMap(({ certFile, keyFile }) =>
    expiryProblems(readPair({ cert: certFile, key: keyFile }), { source, nowMs }).map((problem) => ({
      ...problem,
      text: `This node shows itself to the child ${name} with a certificate of its own. ${problem.text}`,
    })),
  );
}
