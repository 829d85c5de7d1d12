import { connect, type OnReadOpts, type Socket, type TcpNetConnectOpts } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { parseServerAddress } from '../stream-address.ts';
import type { TcpTransport } from './tcp-transport.ts';

export interface TcpServerInit {
  /** `host:port`. */
  readonly address: string;
  readonly tls: boolean;
  readonly transport: TcpTransport;
  /** How long one side may go on after the other has finished; negative: as long as it likes. */
  readonly terminationDelayMs: number;
  /** Version of the header that tells the server who the client is. */
  readonly proxyProtocol: 1 | 2 | undefined;
}

/** Go's, where 0 is written. */
const usualKeepAliveMs = 15_000;

/** A server of a TCP service. */
export class TcpServer {
  readonly address: string;
  readonly terminationDelayMs: number;
  readonly proxyProtocol: 1 | 2 | undefined;
  readonly #place: { readonly host: string; readonly port: number };
  readonly #transport: TcpTransport;
  readonly #tls: ConnectionOptions | undefined;

  /** Throws an `Error` when the address, a certificate or an authority cannot be read. */
  constructor({ address, tls, transport, terminationDelayMs, proxyProtocol }: TcpServerInit) {
    this.#place = parseServerAddress(address);
    this.address = address;
    this.terminationDelayMs = terminationDelayMs;
    this.proxyProtocol = proxyProtocol;
    this.#transport = transport;
    this.#tls = tls ? transport.tlsOptions(this.#place.host) : undefined;
  }

  get encrypted(): boolean {
    return this.#tls !== undefined;
  }

  get dialTimeoutMs(): number {
    return this.#transport.record.dialTimeoutMs;
  }

  connect(onread?: OnReadOpts): Socket {
    const { dialKeepAliveMs } = this.#transport.record;
    const options: TcpNetConnectOpts & { onread?: OnReadOpts | undefined } = {
      ...this.#place,
      onread,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: dialKeepAliveMs >= 0,
      keepAliveInitialDelay: dialKeepAliveMs || usualKeepAliveMs,
    };
    return connect(options);
  }

  /** Begins TLS on a connection. */
  secure(socket: Socket): TLSSocket {
    return connectTls({ ...this.#tls, socket });
  }

  /** Why it is refused although its certificate is valid. */
  refusal(socket: TLSSocket): Error | undefined {
    return this.#transport.refusal(socket);
  }
}
