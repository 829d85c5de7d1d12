import type { BuildFailure, CertificateRecord, RecordKind, TlsRecord, WireRecord } from '../../model/wire.ts';
import type { TicketKeys } from '../../tls/ticket-keys.ts';
import { TlsFront } from '../../tls/tls-front.ts';

interface Generation {
  readonly record: TlsRecord | undefined;
  readonly certificates: ReadonlyMap<string, CertificateRecord>;
  readonly front: TlsFront | undefined;
}

/** How TLS connections are accepted: one immutable front per generation. */
export class TlsGenerations {
  readonly #ticketKeys: TicketKeys;
  #current: Generation = { record: undefined, certificates: new Map(), front: undefined };
  #prepared: Generation | undefined;

  constructor(ticketKeys: TicketKeys) {
    this.#ticketKeys = ticketKeys;
  }

  get front(): TlsFront | undefined {
    return this.#current.front;
  }

  prepare(
    put: readonly WireRecord[],
    remove: readonly { readonly kind: RecordKind; readonly name: string }[],
  ): BuildFailure[] {
    this.#prepared = undefined;
    let { record } = this.#current;
    const certificates = new Map(this.#current.certificates);
    for (const { kind, name } of remove) if (kind === 'certificate') certificates.delete(name);
    let changed = remove.some(({ kind }) => kind === 'certificate');
    for (const each of put) {
      if (each.kind === 'certificate') certificates.set(each.name, each.value);
      else if (each.kind === 'tls') record = each.value;
      else continue;
      changed = true;
    }
    return changed && record ? this.#build(record, certificates) : [];
  }

  commit(): void {
    if (this.#prepared) this.#current = this.#prepared;
    this.#prepared = undefined;
  }

  #build(record: TlsRecord, certificates: ReadonlyMap<string, CertificateRecord>): BuildFailure[] {
    const previous = this.#current.front;
    try {
      const init = { record, certificates, ticketKeys: this.#ticketKeys };
      this.#prepared = {
        record,
        certificates,
        front: TlsFront.build(previous ? { ...init, previous } : init),
      };
      return [];
    } catch (error) {
      return [{ kind: 'tls', name: 'tls', text: (error as Error).message }];
    }
  }
}
