import type { Turns } from '../../balancing/turns.ts';
import type { DatagramServer } from '../../model/stream.ts';
import type { TimerWheel } from '../timer-wheel.ts';
import { UdpSession } from './udp-session.ts';

export interface UdpClient {
  readonly address: string;
  readonly port: number;
}

export interface UdpSessionsInit {
  /** A session ends when nothing has come from either side for so long. */
  readonly idleMs: number;
  readonly wheel: TimerWheel;
  /** The servers that count at the moment; undefined when nothing is routed. */
  turns(): Turns<DatagramServer> | undefined;
  /** Sends to a client from where it has sent to. */
  reply(datagram: Buffer, client: UdpClient): void;
  /** A client was turned away. */
  refuse(reason: string, fields: { readonly client: string; readonly text: string }): void;
}

/** Each session has a socket of its own, and a process does not have many more. */
const sessionsMax = 16_384;

/** The sessions of one listening socket: all datagrams of one client go to one server, and its answers back. */
export class UdpSessions {
  readonly #init: UdpSessionsInit;
  readonly #sessions = new Map<string, UdpSession>();
  #onEmpty: (() => void) | undefined;

  constructor(init: UdpSessionsInit) {
    this.#init = init;
  }

  receive(datagram: Buffer, client: UdpClient): void {
    const key = `${client.address} ${client.port}`;
    const session = this.#sessions.get(key) ?? this.#open(key, client);
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
    if (this.#onEmpty !== undefined || this.#sessions.size >= sessionsMax) return undefined;
    const turn = this.#init.turns()?.next(true);
    if (turn === undefined) return undefined;
    const { idleMs, wheel, reply, refuse } = this.#init;
    const session = new UdpSession({
      server: turn.server,
      idleMs,
      wheel,
      reply: (datagram) => reply(datagram, client),
      onFailure: ({ message }) => {
        turn.avoid();
        refuse('server-unreachable', {
          client: client.address,
          text: `its server cannot be reached: ${message}`,
        });
      },
      onClose: () => this.#forget(key),
    });
    this.#sessions.set(key, session);
    return session;
  }

  #forget(key: string): void {
    this.#sessions.delete(key);
    if (this.#sessions.size === 0) this.#onEmpty?.();
  }
}
