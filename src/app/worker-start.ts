import type { EntryPointSettings } from '../entry-points/settings.ts';

/** What a worker is born with; everything else comes by messages. */
export interface WorkerStart {
  readonly entryPoints: readonly EntryPointSettings[];
  /** The same in all workers: a TLS session begun at one may be resumed at another. */
  readonly ticketKeys: Uint8Array;
  /** What ping answers once the program has been asked to stop. */
  readonly terminatingStatus: number;
}
