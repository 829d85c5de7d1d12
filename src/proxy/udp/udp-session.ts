import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import type { DatagramServer } from '../../model/stream.ts';
import type { Timed, TimerWheel } from '../timer-wheel.ts';

export interface UdpSessionInit {
  readonly server: DatagramServer;
  readonly idleMs: number;
  readonly wheel: TimerWheel;
  reply(datagram: Buffer): void;
  /** The server cannot be reached; the session ends. */
  onFailure(error: Error): void;
  onClose(): void;
}

/** What may wait until the server's name has been resolved. */
const waitingMax = 64;

/** The datagrams between one client and one server. */
export class UdpSession implements Timed {
  deadline = 0;
  slot = 0;
  readonly #init: UdpSessionInit;
  #waiting: Buffer[] | undefined = [];
  #socket: Socket | undefined;
  #closed = false;

  constructor(init: UdpSessionInit) {
    this.#init = init;
    this.#stay();
    lookup(init.server.host, (error, address, family) => {
      if (this.#closed) return;
      if (error) this.#fail(error);
      else this.#connect(address, family);
    });
  }

  send(datagram: Buffer): void {
    if (this.#closed) return;
    this.#stay();
    if (this.#waiting === undefined) this.#socket?.send(datagram);
    else if (this.#waiting.length < waitingMax) this.#waiting.push(datagram);
  }

  onDeadline(): void {
    this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#init.wheel.remove(this);
    this.#socket?.close();
    this.#init.onClose();
  }

  /** Only what comes from the server is heard on a connected socket, and its refusals are. */
  #connect(address: string, family: number): void {
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    this.#socket = socket;
    socket.on('error', (error) => this.#fail(error));
    socket.on('message', (datagram) => {
      this.#stay();
      this.#init.reply(datagram);
    });
    socket.connect(this.#init.server.port, address, () => {
      const waiting = this.#waiting ?? [];
      this.#waiting = undefined;
      for (const datagram of waiting) socket.send(datagram);
    });
  }

  #stay(): void {
    this.#init.wheel.arm(this, this.#init.idleMs);
  }

  #fail(error: Error): void {
    if (this.#closed) return;
    this.#init.onFailure(error);
    this.close();
  }
}
