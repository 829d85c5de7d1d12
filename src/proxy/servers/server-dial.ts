import type { TLSSocket } from 'node:tls';
import { ProxyError } from '../../model/proxy-error.ts';
import { SocketReading } from '../socket-reading.ts';
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
  place = 0;
  readonly waiting: Sending[] = [];
  /** Whoever takes the connection over reads it from its first byte on. */
  readonly reading: SocketReading;
  readonly #listener: DialListener;
  readonly #wheel: TimerWheel;
  readonly #tls: ServerTls | undefined;
  #error: Error | undefined;

  constructor(listener: DialListener, { address, transport, tls, wheel }: ServerPoolInit) {
    this.#listener = listener;
    this.#wheel = wheel;
    this.#tls = tls;
    this.reading = SocketReading.making(
      (onread) => tls?.connect(address, onread, protocols) ?? connectPlain(address, onread),
    );
    const { socket } = this.reading;
    socket.once(tls === undefined ? 'connect' : 'secureConnect', this.#onConnect);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
    wheel.arm(this, transport.dialTimeoutMs);
  }

  destroy(): void {
    this.reading.socket.destroy();
  }

  onDeadline(): void {
    const text = 'The server did not accept a connection in time.';
    this.reading.socket.destroy(new ProxyError('dial-timeout', text, { nothingSent: true }));
  }

  readonly #onConnect = (): void => {
    const { socket } = this.reading;
    const secure = this.#tls === undefined ? undefined : (socket as TLSSocket);
    const refusal = secure === undefined ? undefined : this.#tls?.refusal(secure);
    if (refusal !== undefined) return void socket.destroy(refusal);
    this.#wheel.remove(this);
    socket.off('error', this.#onError);
    socket.off('close', this.#onClose);
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
