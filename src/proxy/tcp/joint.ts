import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Reading } from '../../model/reading.ts';
import { Lane } from '../lane.ts';
import type { Timed, TimerWheel } from '../timer-wheel.ts';

export interface JointInit {
  readonly client: Reading;
  readonly server: Reading;
  /** How long one side may go on after the other has finished; negative: as long as it likes. */
  readonly terminationDelayMs: number;
  readonly wheel: TimerWheel;
}

/** Two sockets that get what the other one sends, no faster than they take it, until both have finished. */
export class Joint implements Timed {
  deadline = 0;
  slot = 0;
  place = 0;
  readonly #init: JointInit;
  /** Who still speaks after the other has finished. */
  #last: Socket | undefined;

  /** Both must allow half-open and have no listeners that hold on to them. */
  constructor(init: JointInit) {
    this.#init = init;
    const { client, server } = init;
    this.#carry(client, server.socket);
    this.#carry(server, client.socket);
    client.socket.resume();
    server.socket.resume();
  }

  /** The one who went on has had its time: what it has said so far still arrives. */
  onDeadline(): void {
    if (this.#last === undefined) return;
    this.#otherOf(this.#last).end();
    this.#last.destroy();
  }

  #carry(reading: Reading, to: Socket): void {
    new Lane(reading, to);
    const { socket: from } = reading;
    from.on('end', () => this.#finished(from));
    from.on('error', () => abort(to));
    from.on('close', () => this.#closed(from));
  }

  #finished(from: Socket): void {
    const to = this.#otherOf(from);
    if (this.#last !== undefined) return this.#part(to);
    to.end();
    this.#last = to;
    const { terminationDelayMs, wheel } = this.#init;
    if (terminationDelayMs === 0) this.onDeadline();
    else if (terminationDelayMs > 0) wheel.arm(this, terminationDelayMs);
  }

  /** Both have finished, and one of them has been told: to close the other tells it, too, as soon as all is written. */
  #part(untold: Socket): void {
    if (untold instanceof TLSSocket || untold.writableLength > 0) untold.end();
    else untold.destroy();
  }

  #closed(from: Socket): void {
    const to = this.#otherOf(from);
    if (!to.writableEnded) abort(to);
    if (from === this.#last) this.#init.wheel.remove(this);
  }

  #otherOf(socket: Socket): Socket {
    const { client, server } = this.#init;
    return (socket === client.socket ? server : client).socket;
  }
}

/** What was cut off must not look as if it had been finished. */
export function abort(socket: Socket): void {
  if (socket instanceof TLSSocket || socket.destroyed) socket.destroy();
  else socket.resetAndDestroy();
}
