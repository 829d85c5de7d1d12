import type { Socket } from 'node:dgram';
import type { Turns } from '../balancing/turns.ts';
import type { DatagramServer } from '../model/stream.ts';
import type { TimerWheel } from '../proxy/timer-wheel.ts';
import { sendBounded } from '../proxy/udp/udp-session.ts';
import { UdpSessions } from '../proxy/udp/udp-sessions.ts';
import { foldAddress } from './address.ts';
import { explainListenError, portsCanBeShared } from './port-claim.ts';
import type { ReceptionHost } from './reception.ts';
import type { UdpEntryPointSettings } from './udp-settings.ts';
import { bindUdp } from './udp-socket.ts';

export interface UdpEntryPointInit {
  readonly settings: UdpEntryPointSettings;
  readonly wheel: TimerWheel;
  /** Where new sessions go; undefined when nothing is routed. */
  readonly turns: () => Turns<DatagramServer> | undefined;
  readonly refuse: ReceptionHost['refuse'];
  /** Hears how many sessions there are, whenever that is another number. */
  readonly onOpen?: ((sessions: number) => void) | undefined;
  /** How many sessions there may be at a time. */
  readonly sessionsMax?: number;
}

const usualSessionsMax = 16_384;

/**
 * A UDP port of one worker. All workers have it open, and the kernel gives all datagrams of one client to one of them;
 * when a worker dies, its clients begin new sessions with the others.
 */
export class UdpEntryPoint {
  readonly settings: UdpEntryPointSettings;
  readonly #sessions: UdpSessions;
  #socket: Socket | undefined;

  constructor(init: UdpEntryPointInit) {
    const { settings, wheel, turns, refuse, onOpen, sessionsMax = usualSessionsMax } = init;
    this.settings = settings;
    this.#sessions = new UdpSessions({
      idleMs: settings.idleMs,
      sessionsMax,
      wheel,
      turns,
      onOpen,
      reply: (datagram, client) => this.#socket && sendBounded(this.#socket, datagram, client),
      refuse: (reason, { client, text }) => refuse(reason, { client: foldAddress(client), text }),
    });
  }

  async listen(): Promise<void> {
    try {
      this.#socket = await bindUdp(this.settings, { shared: portsCanBeShared });
    } catch (error) {
      throw new Error(explainListenError(this.settings, error as NodeJS.ErrnoException));
    }
    this.#socket.on('message', (datagram, client) => this.#sessions.receive(datagram, client));
    this.#socket.on('error', ignore);
  }

  /** Lets sessions come to their end, then ends what is left. */
  async stop(): Promise<void> {
    const patience = new Promise((done) => setTimeout(done, this.settings.graceMs).unref());
    await Promise.race([this.#sessions.drain(), patience]);
    this.#sessions.close();
    this.#socket?.close();
    this.#socket = undefined;
  }
}

function ignore(): void {
  // A client that cannot be reached any more is no news.
}
