import { everybody, SmoothRoundRobin, type Usable } from './smooth-round-robin.ts';
import { Unreachable } from './unreachable.ts';

/** A server whose turn it is. */
export interface Turn<Server> {
  readonly server: Server;
  /** It could not be reached: others go first for a while. */
  avoid(): void;
}

/** Servers that take turns, for those who connect to them by themselves: TCP and UDP. */
export interface Turns<Server> {
  /** `anyway` also tries those that could not be reached a moment ago, when there are no others. */
  next(anyway: boolean): Turn<Server> | undefined;
}

interface Part<Value> {
  readonly value: Value;
  readonly weight: number;
}

export interface TurnsInit<Value> {
  readonly parts: readonly Part<Value>[];
  /** In shared memory, `balancerWords(parts.length)` words; not needed for fewer than two. */
  readonly cell: Int32Array | undefined;
  /** Those that may be chosen at all; undefined: everybody. */
  readonly well?: Usable | undefined;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

/** The parts of a service by weight, and which of them could not be reached. */
class Rotation {
  readonly #rotation: SmoothRoundRobin;
  readonly #well: Usable;
  readonly #reachable: Unreachable;

  constructor({ parts, cell, well = everybody, now }: TurnsInit<unknown>) {
    const weights = parts.map(({ weight }) => weight);
    this.#rotation = new SmoothRoundRobin(weights, cell);
    this.#well = well;
    this.#reachable = new Unreachable({ targets: parts.length, among: well, now });
  }

  reachable(): number {
    return this.#rotation.next(this.#reachable);
  }

  /** When nobody can be reached, everybody who is well is worth a try. */
  any(): number {
    return this.#rotation.next(this.#well);
  }

  avoid(index: number): void {
    this.#reachable.add(index);
  }
}

/** Turns of servers. */
export class ServerTurns<Server> implements Turns<Server> {
  readonly #servers: readonly Server[];
  readonly #rotation: Rotation;

  constructor(init: TurnsInit<Server>) {
    this.#servers = init.parts.map(({ value }) => value);
    this.#rotation = new Rotation(init);
  }

  next(anyway: boolean): Turn<Server> | undefined {
    const reachable = this.#rotation.reachable();
    const index = reachable === -1 && anyway ? this.#rotation.any() : reachable;
    if (index === -1) return undefined;
    return { server: this.#servers[index]!, avoid: () => this.#rotation.avoid(index) };
  }
}

/** Turns of services, each with turns of its own; one without a server that can be reached is passed over. */
export class ServiceTurns<Server> implements Turns<Server> {
  readonly #parts: readonly Part<Turns<Server>>[];
  readonly #rotation: Rotation;

  constructor(init: TurnsInit<Turns<Server>>) {
    this.#parts = init.parts;
    this.#rotation = new Rotation(init);
  }

  next(anyway: boolean): Turn<Server> | undefined {
    for (let index = this.#rotation.reachable(); index !== -1; index = this.#rotation.reachable()) {
      const turn = this.#parts[index]!.value.next(false);
      if (turn) return turn;
      this.#rotation.avoid(index);
    }
    return anyway ? this.#any() : undefined;
  }

  /** The servers of one may all be known to be down, while those of another only could not be reached. */
  #any(): Turn<Server> | undefined {
    const first = this.#parts[this.#rotation.any()];
    const others = this.#parts.filter((part) => part !== first && part.weight > 0);
    for (const { value } of first ? [first, ...others] : []) {
      const turn = value.next(true);
      if (turn) return turn;
    }
    return undefined;
  }
}
