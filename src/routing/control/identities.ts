import { X509Certificate } from 'node:crypto';
import type { UplinkIdentity } from '../../model/peer.ts';
import type { Problem } from '../../model/problem.ts';
import type { TlsOptionsRecord, TlsRecord } from '../../model/wire.ts';
import type { NamedCertificate } from '../../tls/certificate-index.ts';
import { readPair } from '../../tls/certificate-pair.ts';
import { builtInOptions } from '../../tls/tls-options.ts';
import type { RoutingEntryPoint } from './routing-options.ts';

/** What pairing adds to how TLS connections are accepted. */
export interface IdentityRecords {
  readonly certificates: readonly NamedCertificate[];
  readonly options: TlsRecord['options'];
  /** On uplink entry points alone; nobody else knows these names. */
  readonly hosts: TlsRecord['hosts'];
  readonly problems: readonly Problem[];
}

export function identityRecords(
  identities: readonly UplinkIdentity[],
  entryPoints: readonly RoutingEntryPoint[],
): IdentityRecords {
  const read = identities.map(readIdentity);
  const problems = read.flatMap((each) => ('problem' in each ? [each.problem] : []));
  const usable = read.flatMap((each) => ('certificate' in each ? [each] : []));
  const names = usable.map(({ identity }) => [identity.serverName, optionsName(identity)]);
  const options = usable.map((each) => [optionsName(each.identity), optionsOf(each)]);
  const uplinks = entryPoints.filter(({ kind }) => kind === 'uplink');
  return {
    certificates: [...new Map(usable.map(({ certificate }) => [certificate.name, certificate])).values()],
    options: Object.fromEntries(options),
    hosts: Object.fromEntries(uplinks.map(({ name }) => [name, Object.fromEntries(names)])),
    problems,
  };
}

interface UsableIdentity {
  readonly identity: UplinkIdentity;
  readonly certificate: NamedCertificate;
}

/** A damaged one must not be found out by a client that asks for it. */
function readIdentity(identity: UplinkIdentity): UsableIdentity | { readonly problem: Problem } {
  try {
    for (const pem of identity.authorities) new X509Certificate(pem);
    return { identity, certificate: readPair(identity.certificate).certificate };
  } catch (error) {
    return {
      problem: {
        code: 'certificate-unusable',
        severity: 'error',
        source: { element: `pairing ${identity.serverName}` },
        text: `What this node shows to peers as ${identity.serverName} is not used: ${(error as Error).message}.`,
        remedy: 'Pair them anew; pairing.json in the data directory is damaged.',
      },
    };
  }
}

/** No name that anybody can write: those carry the name of a provider, and no blank. */
const optionsName = ({ serverName }: UplinkIdentity): string => `pairing ${serverName}`;

/**
 * Each connection begins with a whole handshake: peers are few, they keep their connections, and what is
 * resumed has not been judged by the key.
 */
const optionsOf = ({ identity, certificate }: UsableIdentity): TlsOptionsRecord => ({
  ...builtInOptions,
  minVersion: 'VersionTLS13',
  clientAuthType: 'RequestClientCert',
  clientAuthorities: identity.authorities,
  disableSessionTickets: true,
  certificate: certificate.name,
  admission: identity.admission,
});
