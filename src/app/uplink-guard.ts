import type { EntryPointSettings } from '../entry-points/settings.ts';
import { isMutual, unprotectedUplink } from '../entry-points/uplink-protection.ts';
import type { Problem } from '../model/problem.ts';
import type { TlsRecord, WireRecord } from '../model/wire.ts';

/** Sees to it that uplink entry points ask parents for their certificates, at the start and ever after. */
export class UplinkGuard {
  readonly #guarded: readonly EntryPointSettings[];
  readonly #isPairing: boolean;
  #tls: TlsRecord | undefined;

  /** Where pairing is on, whoever is not paired must satisfy the TLS options of the entry point, or is refused. */
  constructor(settings: readonly EntryPointSettings[], { isPairing = false } = {}) {
    this.#isPairing = isPairing;
    this.#guarded = settings.filter(({ requireVerified }) => requireVerified);
  }

  /** What the workers were given last. */
  see(records: readonly WireRecord[]): void {
    for (const record of records) if (record.kind === 'tls') this.#tls = record.value;
  }

  /** Throws with what to write, so that nothing starts half open. */
  demand(): void {
    const [open] = this.#open();
    if (open !== undefined) throw new Error(unprotectedUplink(open));
  }

  /** A change at run time turns parents away; nobody gets in by it. */
  problems(): Problem[] {
    return this.#open().map(({ name }) => ({
      code: 'uplink-unprotected',
      severity: 'error',
      source: { element: `hub.uplinkEntryPoints.${name}` },
      text: `The TLS options of the uplink entry point ${name} verify no client certificates: every parent is turned away.`,
      remedy: 'Set clientAuth with caFiles and RequireAndVerifyClientCert in these options.',
    }));
  }

  #open(): EntryPointSettings[] {
    if (this.#isPairing) return [];
    return this.#guarded.filter(({ name }) => {
      const options = this.#tls?.fallback[name] ?? 'default';
      return !isMutual(this.#tls?.options[options]);
    });
  }
}
