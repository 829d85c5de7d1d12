import { X509Certificate } from 'node:crypto';
import type { RecordKind, WireRecord } from '../../model/wire.ts';
import { type Family, gauge, type Sample } from './text-format.ts';

/** When the certificates that are shown to clients expire. */
export class CertificateExpiries {
  readonly #samples = new Map<string, Sample>();
  readonly #generated: string;

  /** `generated` is the one that was made for want of another: nobody has to renew it. */
  constructor(generated: string) {
    this.#generated = generated;
  }

  see(
    put: readonly WireRecord[],
    remove: readonly { readonly kind: RecordKind; readonly name: string }[],
  ): void {
    for (const { kind, name } of remove) if (kind === 'certificate') this.#samples.delete(name);
    for (const record of put)
      if (record.kind === 'certificate' && record.value.cert !== this.#generated)
        this.#samples.set(record.name, sampleOf(new X509Certificate(record.value.cert)));
  }

  get family(): Family {
    const help = 'When certificates expire, in Unix time.';
    return gauge('traefik_tls_certs_not_after', { help, samples: [...this.#samples.values()] });
  }
}

function sampleOf({ subject, serialNumber, subjectAltName, validTo }: X509Certificate): Sample {
  const cn = /^CN=(.*)$/m.exec(subject)?.[1] ?? '';
  const names = (subjectAltName ?? '').split(', ').map((entry) => entry.slice(entry.indexOf(':') + 1));
  const sans = names.toSorted().join(',');
  const serial = BigInt(`0x${serialNumber}`).toString();
  return { labels: { cn, serial, sans }, value: Date.parse(validTo) / 1000 };
}
