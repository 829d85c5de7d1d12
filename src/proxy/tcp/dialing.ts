import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientStream } from '../../model/stream.ts';
import type { Reading } from '../../model/reading.ts';
import { explainTlsError } from '../explain-tls-error.ts';
import { SocketReading } from '../socket-reading.ts';
import type { Timed, TimerWheel } from '../timer-wheel.ts';
import { proxyHeader } from './proxy-header.ts';
import { sslRequest, sslYes } from './start-tls.ts';
import type { TcpServer } from './tcp-server.ts';

export interface DialingInit {
  readonly server: TcpServer;
  readonly stream: ClientStream;
  readonly wheel: TimerWheel;
  /** The first byte that is read or written belongs to the client. Exactly one of the two is called, once. */
  onReady(server: Reading): void;
  /** The client's bytes have not been touched. */
  onFailure(error: Error): void;
}

/** A connection to a server until the client's first byte may be sent: TCP, the PROXY header, TLS. */
export class Dialing implements Timed {
  deadline = 0;
  slot = 0;
  place = 0;
  readonly #init: DialingInit;
  /** Before TLS. */
  readonly #reading: SocketReading;
  readonly #raw: Socket;
  #secured: TLSSocket | undefined;
  #done = false;

  constructor(init: DialingInit) {
    this.#init = init;
    this.#reading = SocketReading.making((onread) => init.server.connect(onread));
    this.#raw = this.#reading.socket;
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
    if (server.proxyProtocol !== undefined)
      this.#raw.write(proxyHeader(server.proxyProtocol, stream.addresses));
    if (stream.startTls) this.#askForTls();
    else if (server.encrypted) this.#secure();
    else this.#ready();
  };

  /** The client has been told already that it may speak TLS. */
  #askForTls(): void {
    this.#raw.write(sslRequest);
    this.#reading.take((answer, length) => {
      if (length === 1 && answer[0] === sslYes) this.#ready();
      else this.#fail(new Error('it does not speak TLS'));
    });
  }

  #secure(): void {
    const { server } = this.#init;
    const secure = server.secure(this.#raw);
    this.#secured = secure;
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
    const secured = this.#secured;
    // What happens to the connection below TLS is told by the one above.
    this.#raw.off('close', this.#closed);
    if (secured === undefined) this.#raw.off('error', this.#fail);
    secured?.off('error', this.#fail);
    secured?.off('close', this.#closed);
    this.#init.onReady(secured === undefined ? this.#reading : SocketReading.of(secured));
  }

  #finish(): void {
    this.#done = true;
    this.#init.wheel.remove(this);
  }
}
