import type { UnsentListener } from '../../balancing/target.ts';
import type { Exchange } from '../../model/exchange.ts';
import type { LineSink } from '../../model/headers.ts';
import type { ProxyError } from '../../model/proxy-error.ts';
import type { TimerWheel } from '../timer-wheel.ts';
import type { ServerConnection } from './server-connection.ts';

/** What a connection asks of the pool it belongs to. */
export interface ConnectionOwner {
  readonly wheel: TimerWheel;
  readonly dialTimeoutMs: number;
  readonly responseHeaderTimeoutMs: number;
  /** It can take another request; `idleSeconds` is what the server promised. */
  released(connection: ServerConnection, idleSeconds: number | undefined): void;
  /** It is no more; `idleMs` when the server closed it while it was idle. */
  closed(connection: ServerConnection, idleMs: number | undefined): void;
  /** Puts a failure of the socket into the proxy's words. */
  explain(cause: Error | undefined, connected: boolean): ProxyError;
}

/** An exchange on its way to a server. */
export interface Sending {
  readonly exchange: Exchange;
  readonly sender: Sender;
  /** Who decides when nothing of it could be sent. */
  readonly listener: UnsentListener | undefined;
}

/** The connections to one server, of whatever protocol. */
export interface Pool {
  send(sending: Sending): void;
  /** As `send`, through a connection that has not been used before. */
  sendAnew(sending: Sending): void;
  close(): void;
}

/** Who sends a request through a connection. */
export interface Sender {
  /** As HTTP/1.1 sends it. */
  head(exchange: Exchange): string;
  authority(exchange: Exchange): string;
  target(exchange: Exchange): string;
  /** All fields but those that frame the message. */
  writeFields(exchange: Exchange, sink: LineSink): void;
  answered(exchange: Exchange, status: number): void;
  failed(exchange: Exchange, failure: SendFailure): void;
}

export interface SendFailure {
  readonly error: ProxyError;
  /** The connection had served others before and died without a word: it may just have been too old. */
  readonly stale: boolean;
  /** Who decides about an exchange of which nothing was sent. */
  readonly listener: UnsentListener | undefined;
}
