import type { CertificateRecord } from '../model/wire.ts';

/** A certificate under the name of its record. */
export interface NamedCertificate extends CertificateRecord {
  readonly name: string;
}

/** Finds the certificate for a server name in constant time, however many there are. */
export class CertificateIndex {
  readonly #exact = new Map<string, NamedCertificate>();
  /** By what follows the first label. */
  readonly #wildcard = new Map<string, NamedCertificate>();

  constructor(certificates: Iterable<NamedCertificate>) {
    for (const certificate of certificates)
      for (const name of certificate.names)
        if (name.startsWith('*.')) keepGreater(this.#wildcard, { key: name.slice(2), certificate });
        else keepGreater(this.#exact, { key: name, certificate });
  }

  /** `serverName` is lower-case; an address stands for a client that named nobody. */
  find(serverName: string): NamedCertificate | undefined {
    const exact = this.#exact.get(serverName);
    const dot = serverName.indexOf('.');
    const wildcard = dot < 0 ? undefined : this.#wildcard.get(serverName.slice(dot + 1));
    if (exact === undefined || wildcard === undefined) return exact ?? wildcard;
    return rank(wildcard) > rank(exact) ? wildcard : exact;
  }
}

/** Of several that fit, the one whose list of names is the greatest text; of equal ones the first. */
function keepGreater(
  index: Map<string, NamedCertificate>,
  { key, certificate }: { key: string; certificate: NamedCertificate },
): void {
  const present = index.get(key);
  if (present === undefined || rank(certificate) > rank(present)) index.set(key, certificate);
}

const rank = (certificate: NamedCertificate): string => certificate.names.join(',');
