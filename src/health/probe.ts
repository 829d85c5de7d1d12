import type { Question } from './checked-service.ts';
import { grpcProbe } from './grpc-probe.ts';
import { httpProbe } from './http-probe.ts';
import { tcpProbe } from './tcp-probe.ts';

/** Asks a server once how it is; rejects with what is wrong. */
export type Probe = (signal: AbortSignal) => Promise<void>;

/** Throws an `Error` when there is nobody who could be asked, or a certificate cannot be read. */
export function createProbe(question: Question): Probe {
  if (question.kind === 'tcp') return tcpProbe(question);
  return question.kind === 'grpc' ? grpcProbe(question) : httpProbe(question);
}
