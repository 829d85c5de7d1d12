import type { Logger } from '../observability/logger.ts';
import type { CurrentSecret } from './current-secret.ts';
import type { Ledger } from './ledger.ts';
import type { PairingOptions } from './options.ts';

/** What both sides of pairing work with. */
export interface PairingSurroundings {
  readonly ledger: Ledger;
  readonly options: PairingOptions;
  readonly secret: Pick<CurrentSecret, 'value'>;
  /** Stable id of this node. */
  readonly node: string;
  /** What it calls itself. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What waits for another node gives up then. */
  readonly stopping: AbortSignal;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}
