import type { Turn, Turns } from '../../balancing/turns.ts';
import type { RefusalReason } from '../../model/refusal-reasons.ts';
import type { DatagramServer } from '../../model/stream.ts';
import type { TimerWheel } from '../timer-wheel.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { Doubts, isBeyondDoubt } from './doubts.ts';
import { type UdpClient, UdpSession } from './udp-session.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface UdpSessionsInit {
  /** A session ends when nothing has come from either side for so long. */
  readonly idleMs: number;
  /** How many there may be at a time: each has a socket of its own. */
  readonly sessionsMax: number;
  readonly wheel: TimerWheel;
  /** The servers that count at the moment; undefined when nothing is routed. */
  turns(): Turns<DatagramServer> | undefined;
  /** Sends to a client from where it has sent to. */
  reply(datagram: Buffer, client: UdpClient): void;
  /** Hears how many there are, whenever that is another number. */
  readonly onOpen?: ((sessions: number) => void) | undefined;
  /** A datagram was for nothing. There may be very many of them. */
  refuse(reason: RefusalReason, fields: { readonly client: string; readonly text: string }): void;
}

interface Refusal {
  readonly reason: RefusalReason;
  readonly text: string;
}

const noServer: Refusal = { reason: 'no-available-server', text: 'its service has no server' };
const tooMany = (text: string): Refusal => ({ reason: 'too-many-sessions', text });

/** Errors that are our own, whatever the server is like. */
const ownErrors = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/**
 * The sessions of one listening socket: all datagrams of one client go to one server, and its answers back. When there
 * are as many as there may be, the one that is least likely to be anybody's makes room.
 */
export class UdpSessions {
  readonly #init: UdpSessionsInit;
  readonly #sessions = new Map<string, UdpSession>();
  readonly #doubts = new Doubts<UdpSession>();
  readonly #doorkeeper: Doorkeeper;
  readonly #waitingRoom = new WaitingRoom();
  #onEmpty: (() => void) | undefined;

  constructor(init: UdpSessionsInit) {
    const { sessionsMax, wheel } = init;
    this.#init = init;
    this.#doorkeeper = new Doorkeeper({ places: sessionsMax, now: () => wheel.now });
  }

  receive(datagram: Buffer, client: UdpClient): void {
    const key = `${client.address} ${client.port}`;
    const known = this.#sessions.get(key);
    if (known && !isBeyondDoubt(known)) this.#doubts.returned(known);
    const session = known ?? this.#open(key, client);
    session?.send(datagram);
  }

  /** No new sessions; resolves when the last one has ended. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
      if (this.#sessions.size === 0) resolve();
    });
  }

  close(): void {
    for (const session of this.#sessions.values()) session.close();
  }

  #open(key: string, client: UdpClient): UdpSession | undefined {
    const turns = this.#init.turns();
    if (this.#onEmpty !== undefined || turns === undefined) return undefined;
    if (!this.#hasRoom(key)) return this.#refuse(client, this.#full());
    const turn = turns.next(true);
    if (turn === undefined) return this.#refuse(client, noServer);
    const session = this.#begin(turn, key, client);
    this.#sessions.set(key, session);
    this.#doubts.enter(session);
    this.#init.onOpen?.(this.#sessions.size);
    return session;
  }

  /** Or makes some. */
  #hasRoom(key: string): boolean {
    if (this.#sessions.size < this.#init.sessionsMax) return true;
    const { first } = this.#doubts;
    if (first === undefined || !this.#doorkeeper.admits(key)) return false;
    first.close();
    this.#refuse(first.client, this.#full('; it has made room for another client'));
    return true;
  }

  #full(more = ''): Refusal {
    return tooMany(`a worker has no more than ${this.#init.sessionsMax} sessions${more}`);
  }

  #begin(turn: Turn<DatagramServer>, key: string, client: UdpClient): UdpSession {
    const { idleMs, wheel, reply } = this.#init;
    return new UdpSession({
      client,
      server: turn.server,
      idleMs,
      wheel,
      waitingRoom: this.#waitingRoom,
      onAnswer: (session, datagram) => {
        if (!isBeyondDoubt(session)) this.#doubts.answered(session);
        reply(datagram, client);
      },
      onFailure: (error) => this.#failed(error, turn, client),
      onClose: () => this.#forget(key),
    });
  }

  #failed(
    { code = '', message }: NodeJS.ErrnoException,
    turn: Turn<DatagramServer>,
    client: UdpClient,
  ): void {
    if (ownErrors.has(code)) return this.#refuse(client, tooMany(`there is no socket for it: ${message}`));
    turn.avoid();
    this.#refuse(client, { reason: 'server-unreachable', text: `its server cannot be reached: ${message}` });
  }

  #refuse({ address }: UdpClient, { reason, text }: Refusal): undefined {
    this.#init.refuse(reason, { client: address, text });
  }

  #forget(key: string): void {
    const session = this.#sessions.get(key);
    if (session) this.#doubts.leave(session);
    this.#sessions.delete(key);
    this.#init.onOpen?.(this.#sessions.size);
    if (this.#sessions.size === 0) this.#onEmpty?.();
  }
}
