import { connect, type OnReadOpts, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ProxyError } from '../../model/proxy-error.ts';
import type { ChunkMemory } from '../../model/reading.ts';
import type { TransportRecord } from '../../model/wire.ts';
import { ReadMemory } from '../read-memory.ts';
import type { TimerWheel } from '../timer-wheel.ts';
import { networkError } from './network-error.ts';
import type { ConnectionOwner, Pool, Sending } from './roles.ts';
import type { ServerAddress } from './server-address.ts';
import { ServerConnection } from './server-connection.ts';
import type { ServerTls } from './server-tls.ts';

export interface ServerPoolInit {
  readonly address: ServerAddress;
  readonly transport: TransportRecord;
  /** Undefined for servers without TLS. */
  readonly tls: ServerTls | undefined;
  readonly wheel: TimerWheel;
}

const tcpKeepAliveMs = 30_000;
/** Closing this much before the server does keeps requests out of connections that are about to end. */
const marginMs = 1000;

/** The connections to one server with one transport. The one used last is used first. */
export class ServerPool implements ConnectionOwner, Pool {
  readonly wheel: TimerWheel;
  readonly dialTimeoutMs: number;
  readonly responseHeaderTimeoutMs: number;
  readonly #address: ServerAddress;
  readonly #tls: ServerTls | undefined;
  readonly #idle: ServerConnection[] = [];
  readonly #all = new Set<ServerConnection>();
  readonly #idleMax: number;
  /** So long a connection may be idle; shorter once the server has shown less patience. */
  #idleMs: number;
  #closed = false;

  constructor({ address, transport, tls, wheel }: ServerPoolInit) {
    this.wheel = wheel;
    this.dialTimeoutMs = transport.dialTimeoutMs;
    this.responseHeaderTimeoutMs = transport.responseHeaderTimeoutMs;
    this.#address = address;
    this.#tls = tls;
    this.#idleMax = idleMax(transport.maxIdleConnsPerHost);
    this.#idleMs = transport.idleConnTimeoutMs;
  }

  /** For observation: connections, busy and idle. */
  get size(): number {
    return this.#all.size;
  }

  /** An idle connection, if there is one. */
  take(): ServerConnection | undefined {
    let connection = this.#idle.pop();
    while (connection?.alive === false) connection = this.#idle.pop();
    return connection;
  }

  send({ exchange, sender, listener }: Sending): void {
    const connection = this.take() ?? this.dial();
    connection.begin(exchange, sender, listener);
  }

  sendAnew({ exchange, sender, listener }: Sending): void {
    this.dial().begin(exchange, sender, listener);
  }

  /** Takes over a connection that somebody else has made. */
  adopt(socket: Socket, memory: ChunkMemory): ServerConnection {
    const connection = new ServerConnection(this, socket, memory);
    this.#all.add(connection);
    connection.connected();
    return connection;
  }

  dial(): ServerConnection {
    const memory = new ReadMemory();
    let connection: ServerConnection | undefined;
    const onread = memory.onread((bytes, end) => connection!.receive(bytes, end));
    const socket = this.#tls?.connect(this.#address, onread) ?? connectPlain(this.#address, onread);
    connection = new ServerConnection(this, socket, memory);
    this.#all.add(connection);
    this.#awaitConnection(connection, socket);
    return connection;
  }

  released(connection: ServerConnection, idleSeconds: number | undefined): void {
    const promised = idleSeconds === undefined ? Number.POSITIVE_INFINITY : idleSeconds * 1000 - marginMs;
    const idleMs = Math.min(this.#idleMs || Number.POSITIVE_INFINITY, promised);
    if (this.#closed || this.#idle.length >= this.#idleMax || idleMs <= 0) return connection.destroy();
    this.#idle.push(connection);
    connection.idle(Number.isFinite(idleMs) ? idleMs : 0);
  }

  closed(connection: ServerConnection, idleMs: number | undefined): void {
    this.#all.delete(connection);
    if (idleMs === undefined) return;
    const index = this.#idle.indexOf(connection);
    if (index === -1) return;
    this.#idle.splice(index, 1);
    this.#learn(idleMs);
  }

  explain(cause: Error | undefined, connected: boolean): ProxyError {
    return networkError(cause, connected);
  }

  /** Busy connections end with their exchange. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  #awaitConnection(connection: ServerConnection, socket: Socket): void {
    const tls = this.#tls;
    if (tls === undefined) return void socket.once('connect', () => connection.connected());
    socket.once('secureConnect', () => {
      const refusal = tls.refusal(socket as TLSSocket);
      if (refusal === undefined) connection.connected();
      else connection.destroy(refusal);
    });
  }

  /**
   * A server that closes idle connections sooner than we would is not given the chance again. At once after a
   * request it rather stops than lacks patience.
   */
  #learn(idleMs: number): void {
    if (idleMs < marginMs) return;
    const patience = idleMs * 0.8;
    if (this.#idleMs === 0 || patience < this.#idleMs) this.#idleMs = patience;
  }
}

/** Dials a server without TLS. */
export function connectPlain({ host, port, socketPath }: ServerAddress, onread: OnReadOpts): Socket {
  if (socketPath !== undefined) return connect({ path: socketPath, onread, allowHalfOpen: true });
  return connect({
    host,
    port,
    onread,
    noDelay: true,
    allowHalfOpen: true,
    keepAlive: true,
    keepAliveInitialDelay: tcpKeepAliveMs,
  });
}

/** As in Go: 0 means 2, negative means none. */
function idleMax(configured: number): number {
  if (configured === 0) return 2;
  return Math.max(0, configured);
}
