import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ClientStream } from '../../model/stream.ts';
import { explainTlsError } from '../explain-tls-error.ts';
import type { Timed, TimerWheel } from '../timer-wheel.ts';
import { proxyHeader } from './proxy-header.ts';
import { sslRequest, sslYes } from './start-tls.ts';
import type { TcpServer } from './tcp-server.ts';

export interface DialingInit {
  readonly server: TcpServer;
  readonly stream: ClientStream;
  readonly wheel: TimerWheel;
  /** The first byte that is read or written belongs to the client. Exactly one of the two is called, once. */
  onReady(socket: Socket): void;
  /** The client's bytes have not been touched. */
  onFailure(error: Error): void;
}

/** A connection to a server until the client's first byte may be sent: TCP, the PROXY header, TLS. */
export class Dialing implements Timed {
  deadline = 0;
  slot = 0;
  readonly #init: DialingInit;
  readonly #raw: Socket;
  #socket: Socket;
  #done = false;

  constructor(init: DialingInit) {
    this.#init = init;
    this.#raw = init.server.connect();
    this.#socket = this.#raw;
    this.#watch(this.#raw);
    this.#raw.once('connect', this.#connected);
    init.wheel.arm(this, init.server.dialTimeoutMs);
  }

  onDeadline(): void {
    this.#fail(new Error('it has not answered in time'));
  }

  /** Neither listener is called any more. */
  cancel(): void {
    this.#finish();
    this.#raw.destroy();
  }

  readonly #connected = (): void => {
    const { server, stream } = this.#init;
    if (server.proxyProtocol !== undefined) this.#raw.write(proxyHeader(server.proxyProtocol, stream.client));
    if (stream.startTls) this.#askForTls();
    else if (server.encrypted) this.#secure();
    else this.#ready();
  };

  /** The client has been told already that it may speak TLS. */
  #askForTls(): void {
    this.#raw.write(sslRequest);
    this.#raw.once('data', (answer: Buffer) => {
      this.#raw.pause();
      if (answer.length === 1 && answer[0] === sslYes) this.#ready();
      else this.#fail(new Error('it does not speak TLS'));
    });
  }

  #secure(): void {
    const { server } = this.#init;
    const secure = server.secure(this.#raw);
    this.#socket = secure;
    this.#watch(secure);
    secure.once('secureConnect', () => {
      const refusal = server.refusal(secure);
      if (refusal === undefined) this.#ready();
      else this.#fail(refusal);
    });
  }

  #watch(socket: Socket): void {
    socket.on('error', this.#fail);
    socket.on('close', this.#closed);
  }

  readonly #closed = (): void => this.#fail(new Error('it closed the connection'));

  readonly #fail = (error: Error): void => {
    if (this.#done) return;
    this.#finish();
    this.#raw.destroy();
    this.#init.onFailure(new Error(explainTlsError(error) ?? error.message, { cause: error }));
  };

  #ready(): void {
    if (this.#done) return;
    this.#finish();
    const socket = this.#socket;
    socket.off('error', this.#fail);
    socket.off('close', this.#closed);
    // What happens to the connection below TLS is told by the one above.
    if (socket instanceof TLSSocket) this.#raw.off('close', this.#closed);
    this.#init.onReady(socket);
  }

  #finish(): void {
    this.#done = true;
    this.#init.wheel.remove(this);
  }
}
