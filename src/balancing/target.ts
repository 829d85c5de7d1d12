import type { Exchange, Handler } from '../model/exchange.ts';
import type { ProxyError } from '../model/proxy-error.ts';

/** Something that sends exchanges to one server. */
export interface Target extends Handler {
  /** As `handle`, but a failure before any byte was sent is told to `listener` and not to the client. */
  forward(exchange: Exchange, listener: UnsentListener): void;
}

export interface UnsentListener {
  onUnsent(exchange: Exchange, target: Target, error: ProxyError): void;
}
