import type { FromWorker } from '../model/wire.ts';
import type { Logger } from '../observability/logger.ts';

/** A worker's log: lines are written by the control plane. */
export function remoteLog(say: (message: FromWorker) => void, context: object = {}): Logger {
  const line =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (text: string, fields: object = {}): void =>
      say({ type: 'log', level, text, fields: { ...context, ...fields } });
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (fields) => remoteLog(say, { ...context, ...fields }),
    reopen: () => undefined,
  };
}
