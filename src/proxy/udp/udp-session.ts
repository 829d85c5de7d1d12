import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import type { DatagramServer } from '../../model/stream.ts';
import type { Timed, TimerWheel } from '../timer-wheel.ts';
import type { Doubted } from './doubts.ts';
import type { WaitingRoom } from './waiting-room.ts';

export interface UdpClient {
  readonly address: string;
  readonly port: number;
}

export interface UdpSessionInit {
  readonly client: UdpClient;
  readonly server: DatagramServer;
  readonly idleMs: number;
  readonly wheel: TimerWheel;
  /** Where datagrams wait until the server's name has been resolved. */
  readonly waitingRoom: WaitingRoom;
  /** The server has answered. */
  onAnswer(session: UdpSession, datagram: Buffer): void;
  /** The server cannot be reached; the session ends. */
  onFailure(error: NodeJS.ErrnoException): void;
  onClose(): void;
}

/** The datagrams between one client and one server. */
export class UdpSession implements Timed, Doubted {
  deadline = 0;
  slot = 0;
  place = 0;
  line: Doubted['line'] = undefined;
  before: Doubted['before'] = undefined;
  behind: Doubted['behind'] = undefined;
  hasReturned = false;
  isAnswered = false;
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

  get client(): UdpClient {
    return this.#init.client;
  }

  send(datagram: Buffer): void {
    if (this.#closed) return;
    this.#stay();
    if (this.#waiting === undefined) sendBounded(this.#socket!, datagram);
    else if (this.#init.waitingRoom.enter(datagram)) this.#waiting.push(datagram);
  }

  onDeadline(): void {
    this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#init.wheel.remove(this);
    this.#takeWaiting();
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
      this.#init.onAnswer(this, datagram);
    });
    socket.connect(this.#init.server.port, address, () => {
      for (const datagram of this.#takeWaiting()) sendBounded(socket, datagram);
    });
  }

  #takeWaiting(): readonly Buffer[] {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#init.waitingRoom.leave(waiting);
    return waiting;
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

const queueMax = 1_048_576;

/** A network that takes nothing more loses datagrams, as it would further on; they do not gather here. */
export function sendBounded(socket: Socket, datagram: Buffer, to?: { port: number; address: string }): void {
  if (socket.getSendQueueSize() > queueMax) return;
  if (to === undefined) socket.send(datagram);
  else socket.send(datagram, to.port, to.address, ignore);
}

function ignore(): void {
  // A client that cannot be reached any more is no news.
}
