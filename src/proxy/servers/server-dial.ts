import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { ProxyError } from '../../model/proxy-error.ts';
import type { Reading, Receive } from '../http1/accepted-socket.ts';
import { ReadMemory } from '../read-memory.ts';
import type { Timed, TimerWheel } from '../timer-wheel.ts';
import { networkError } from './network-error.ts';
import type { Sending } from './roles.ts';
import { connectPlain, type ServerPoolInit } from './server-pool.ts';
import type { ServerTls } from './server-tls.ts';

export interface DialListener {
  /** It is connected; without TLS it is known beforehand what is spoken, with TLS the server has chosen. */
  dialled(dial: ServerDial, http2: boolean): void;
  dialFailed(): void;
}

const protocols = ['h2', 'http/1.1'];

/** A connection in the making, and the exchanges that wait for it. */
export class ServerDial implements Timed {
  deadline = 0;
  slot = 0;
  readonly waiting: Sending[] = [];
  readonly socket: Socket;
  readonly memory = new ReadMemory();
  readonly #listener: DialListener;
  readonly #wheel: TimerWheel;
  readonly #tls: ServerTls | undefined;
  /** What comes before somebody reads. */
  readonly #early: Buffer[] = [];
  #receive: Receive = (bytes, end) => this.#early.push(Buffer.from(bytes.subarray(0, end)));
  #error: Error | undefined;

  constructor(listener: DialListener, { address, transport, tls, wheel }: ServerPoolInit) {
    this.#listener = listener;
    this.#wheel = wheel;
    this.#tls = tls;
    const onread = this.memory.onread((bytes, end) => this.#receive(bytes, end));
    this.socket = tls?.connect(address, onread, protocols) ?? connectPlain(address, onread);
    this.socket.once(tls === undefined ? 'connect' : 'secureConnect', this.#onConnect);
    this.socket.on('error', this.#onError);
    this.socket.on('close', this.#onClose);
    wheel.arm(this, transport.dialTimeoutMs);
  }

  /** Whoever takes the connection over reads it from here on. */
  handOver(receive: Receive): Reading {
    this.#receive = receive;
    const first = this.#early.length === 0 ? undefined : Buffer.concat(this.#early);
    return { socket: this.socket, memory: this.memory, first };
  }

  destroy(): void {
    this.socket.destroy();
  }

  onDeadline(): void {
    const text = 'The server did not accept a connection in time.';
    this.socket.destroy(new ProxyError('dial-timeout', text, { nothingSent: true }));
  }

  readonly #onConnect = (): void => {
    const secure = this.#tls === undefined ? undefined : (this.socket as TLSSocket);
    const refusal = secure === undefined ? undefined : this.#tls?.refusal(secure);
    if (refusal !== undefined) return void this.socket.destroy(refusal);
    this.#wheel.remove(this);
    this.socket.off('error', this.#onError);
    this.socket.off('close', this.#onClose);
    this.#listener.dialled(this, secure === undefined || secure.alpnProtocol === 'h2');
  };

  readonly #onError = (error: Error): void => {
    this.#error ??= error;
  };

  readonly #onClose = (): void => {
    this.#wheel.remove(this);
    this.#listener.dialFailed();
    const error = networkError(this.#error, false);
    for (const { exchange, sender, listener } of this.waiting) {
      if (!exchange.aborted) sender.failed(exchange, { error, stale: false, listener });
    }
  };
}
