import type { Question } from './checked-service.ts';
import { tcpProbe } from './tcp-probe.ts';

/** Asks a server once how it is; rejects with what is wrong. */
export type Probe = (signal: AbortSignal) => Promise<void>;

/** Throws an `Error` when a certificate or an authority cannot be read. */
export function createProbe(question: Question): Probe {
  return tcpProbe(question);
}
