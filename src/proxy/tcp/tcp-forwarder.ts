import type { Turns } from '../../balancing/turns.ts';
import type { Reading } from '../../model/reading.ts';
import type { ClientStream, StreamHandler } from '../../model/stream.ts';
import type { TimerWheel } from '../timer-wheel.ts';
import { Dialing } from './dialing.ts';
import { abort, Joint } from './joint.ts';
import type { TcpServer } from './tcp-server.ts';

export interface TcpForwarderInit {
  readonly turns: Turns<TcpServer>;
  /** Qualified name of the service. */
  readonly service: string;
  readonly wheel: TimerWheel;
}

/** Joins each stream to a server of a service; one that cannot be reached costs the client nothing but time. */
export class TcpForwarder implements StreamHandler {
  readonly #init: TcpForwarderInit;

  constructor(init: TcpForwarderInit) {
    this.#init = init;
  }

  handle(stream: ClientStream): void {
    new Forwarding(stream, this.#init).begin();
  }
}

/** One stream on its way to a server. */
class Forwarding {
  readonly #stream: ClientStream;
  readonly #init: TcpForwarderInit;
  #dialing: Dialing | undefined;

  constructor(stream: ClientStream, init: TcpForwarderInit) {
    this.#stream = stream;
    this.#init = init;
    // A paused socket tells of its end only when a worker stops or its client's reset has been seen.
    const { socket } = stream.reading;
    socket.on('error', this.#leave);
    socket.on('close', this.#leave);
  }

  begin(): void {
    this.#tryNext(true, 'it has none');
  }

  #tryNext(anyway: boolean, reason: string): void {
    const turn = this.#init.turns.next(anyway);
    if (turn === undefined) {
      const text = `no server of ${this.#init.service} can be reached: ${reason}`;
      return this.#stream.turnAway('no-available-server', text);
    }
    const { server } = turn;
    this.#dialing = new Dialing({
      server,
      stream: this.#stream,
      wheel: this.#init.wheel,
      onReady: (reading) => this.#join(reading, server),
      onFailure: (error) => {
        turn.avoid();
        this.#tryNext(false, `${server.address}: ${error.message}`);
      },
    });
  }

  #join(server: Reading, { terminationDelayMs }: TcpServer): void {
    const { reading: client } = this.#stream;
    client.socket.off('error', this.#leave);
    client.socket.off('close', this.#leave);
    new Joint({ client, server, terminationDelayMs, wheel: this.#init.wheel });
  }

  readonly #leave = (): void => {
    this.#dialing?.cancel();
    abort(this.#stream.reading.socket);
  };
}
