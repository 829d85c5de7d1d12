import type { Problem, ProblemSource } from '../model/problem.ts';
import type { CertificatePair } from './certificate-pair.ts';

const dayMs = 86_400_000;
/** Whoever renews by hand has two weeks; automatic renewal has given up long before. */
const warningMs = 14 * dayMs;

/** A certificate near its end is still shown: a warning at the client is better than no connection. */
export function expiryProblems(
  { certificate, validFromMs, validToMs }: CertificatePair,
  { source, nowMs }: { source: ProblemSource; nowMs: number },
): Problem[] {
  const soon = validToMs - nowMs <= warningMs;
  if (!soon && validFromMs <= nowMs) return [];
  const end = new Date(validToMs).toISOString();
  const [code, what]: [Problem['code'], string] =
    validToMs <= nowMs
      ? ['certificate-expired', `has expired on ${end}`]
      : soon
        ? ['certificate-expires-soon', `expires on ${end}`]
        : ['certificate-not-yet-valid', 'is not valid yet'];
  const text = `The certificate for ${certificate.names.join(', ')} ${what}.`;
  const remedy = 'Replace the files; they are read again by themselves.';
  return [{ code, severity: 'warning', source, text, remedy }];
}
