import { type MultiplexedOwner, ServerConnection } from '../http2/server-connection.ts';
import type { TimerWheel } from '../timer-wheel.ts';
import type { Pool, Sending } from './roles.ts';
import { type DialListener, ServerDial } from './server-dial.ts';
import type { ServerPool, ServerPoolInit } from './server-pool.ts';

export interface MultiplexedPoolInit extends ServerPoolInit {
  /** For what HTTP/2 is not spoken with. */
  readonly http1: ServerPool;
}

/** So many exchanges share a connection before another is opened, so that one lost packet does not stop all. */
const loadMax = 64;
const connectionsMax = 4;
const usualPingTimeoutMs = 15_000;
/** A server that has chosen HTTP/1.1 is asked again: it may have been replaced since. */
const declineMs = 300_000;

/** The connections to a server that may speak HTTP/2: a few, which all exchanges share. */
export class MultiplexedPool implements Pool, MultiplexedOwner, DialListener {
  readonly wheel: TimerWheel;
  readonly encrypted: boolean;
  readonly responseHeaderTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly silenceMs: number;
  readonly pingTimeoutMs: number;
  readonly #init: MultiplexedPoolInit;
  readonly #connections = new Set<ServerConnection>();
  #dial: ServerDial | undefined;
  /** The server has chosen HTTP/1.1, which counts until then. */
  #declinedUntil = 0;
  #closed = false;

  constructor(init: MultiplexedPoolInit) {
    const { transport, wheel, tls } = init;
    this.#init = init;
    this.wheel = wheel;
    this.encrypted = tls !== undefined;
    this.responseHeaderTimeoutMs = transport.responseHeaderTimeoutMs;
    this.idleTimeoutMs = transport.idleConnTimeoutMs;
    this.silenceMs = transport.readIdleTimeoutMs;
    this.pingTimeoutMs = transport.pingTimeoutMs || usualPingTimeoutMs;
  }

  send(sending: Sending): void {
    if (this.#declined) return this.#init.http1.send(sending);
    const connection = this.#lightest();
    const { upgrade } = sending.exchange.request;
    if (upgrade !== undefined) return this.#switch(sending, { upgrade, connection });
    if (connection !== undefined && !connection.full) {
      if (connection.load >= loadMax && this.#connections.size < connectionsMax) this.#begin();
      connection.send(sending);
    } else this.#begin().waiting.push(sending);
  }

  sendAnew(sending: Sending): void {
    if (this.#declined || sending.exchange.request.upgrade !== undefined) this.#init.http1.sendAnew(sending);
    else this.#begin().waiting.push(sending);
  }

  /** Exchanges under way go on. */
  close(): void {
    this.#closed = true;
    this.#init.http1.close();
    for (const connection of [...this.#connections]) connection.leave();
  }

  left(connection: ServerConnection): void {
    this.#connections.delete(connection);
  }

  /** What HTTP/2 has no words for, or the server has not said that it takes, has a connection of its own. */
  #switch(
    sending: Sending,
    { upgrade, connection }: { upgrade: string; connection?: ServerConnection | undefined },
  ): void {
    const takes = connection?.takesWebSockets === true && !connection.full;
    if (takes && upgrade.toLowerCase() === 'websocket') connection.send(sending);
    else this.#init.http1.send(sending);
  }

  get #declined(): boolean {
    return this.wheel.now < this.#declinedUntil;
  }

  #lightest(): ServerConnection | undefined {
    let lightest: ServerConnection | undefined;
    for (const connection of this.#connections) {
      if (lightest === undefined || connection.load < lightest.load) lightest = connection;
    }
    return lightest;
  }

  dialled(dial: ServerDial, http2: boolean): void {
    this.#dial = undefined;
    if (!http2) return this.#decline(dial);
    const connection = new ServerConnection(this, dial.reading);
    if (!this.#closed) this.#connections.add(connection);
    // Too many for one: the others wait for the next.
    for (const sending of dial.waiting) {
      if (this.#closed || !connection.full) connection.send(sending);
      else this.send(sending);
    }
    if (this.#closed) connection.leave();
  }

  dialFailed(): void {
    this.#dial = undefined;
  }

  /** The connection that is being made; there is one at a time. */
  #begin(): ServerDial {
    this.#dial ??= new ServerDial(this, this.#init);
    return this.#dial;
  }

  /** For a while there are connections of HTTP/1.1; this one is the first. */
  #decline(dial: ServerDial): void {
    this.#declinedUntil = this.wheel.now + declineMs;
    const { http1 } = this.#init;
    const [first, ...others] = dial.waiting.filter(({ exchange }) => !exchange.aborted);
    if (first === undefined) return dial.destroy();
    const { socket, memory } = dial.reading;
    const connection = http1.adopt(socket, memory);
    dial.reading.take((bytes, end) => connection.receive(bytes, end));
    connection.begin(first.exchange, first.sender, first.listener);
    for (const sending of others) http1.send(sending);
  }
}
