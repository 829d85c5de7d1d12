import type { Exchange, Handler } from '../model/exchange.ts';
import { ProxyError } from '../model/proxy-error.ts';
import { everybody, SmoothRoundRobin, type Usable } from './smooth-round-robin.ts';
import type { Target, UnsentListener } from './target.ts';
import { Unreachable } from './unreachable.ts';

export interface ServerBalancerInit {
  readonly servers: readonly { readonly target: Target; readonly weight: number; readonly name: string }[];
  /** In shared memory, `balancerWords(servers.length)` words; not needed for fewer than two servers. */
  readonly cell: Int32Array | undefined;
  /** Those that may be chosen at all; undefined: everybody. */
  readonly well?: Usable | undefined;
  /** Qualified name of the service, for the trail. */
  readonly service: string;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

/** Spreads the requests of a service over its servers by weight. */
export function createServerBalancer(init: ServerBalancerInit): Handler {
  const usable = init.servers.filter(({ weight }) => weight > 0);
  if (usable.length === 0) return new NoServer(init.service);
  if (init.servers.length === 1 && !init.well) return new OneServer(init.service, init.servers[0]!.target);
  return new ServerBalancer(init);
}

class NoServer implements Handler {
  readonly #service: string;

  constructor(service: string) {
    this.#service = service;
  }

  handle(exchange: Exchange): void {
    exchange.trail.service = this.#service;
    exchange.fail(noServer(this.#service));
  }
}

function noServer(service: string): ProxyError {
  const text = `no server is available for ${service}`;
  return new ProxyError('no-available-server', text, { nothingSent: true });
}

class OneServer implements Handler {
  readonly #service: string;
  readonly #target: Target;

  constructor(service: string, target: Target) {
    this.#service = service;
    this.#target = target;
  }

  handle(exchange: Exchange): void {
    exchange.trail.service = this.#service;
    this.#target.handle(exchange);
  }
}

/** A server that cannot be reached costs no request: nothing was sent, so the next one gets it. */
class ServerBalancer implements Handler, UnsentListener {
  readonly #service: string;
  readonly #targets: readonly Target[];
  readonly #rotation: SmoothRoundRobin;
  readonly #well: Usable;
  readonly #reachable: Unreachable;

  constructor({ servers, cell, well = everybody, service, now }: ServerBalancerInit) {
    this.#service = service;
    this.#targets = servers.map(({ target }) => target);
    const weights = servers.map(({ weight }) => weight);
    this.#rotation = new SmoothRoundRobin(weights, cell);
    this.#well = well;
    this.#reachable = new Unreachable({ targets: servers.length, among: well, now });
  }

  handle(exchange: Exchange): void {
    exchange.trail.service = this.#service;
    const turn = this.#rotation.next(this.#reachable);
    // When nobody can be reached, everybody who is well is worth a try.
    const index = turn === -1 ? this.#rotation.next(this.#well) : turn;
    if (index === -1) exchange.fail(noServer(this.#service));
    else this.#targets[index]!.forward(exchange, this);
  }

  onUnsent(exchange: Exchange, target: Target, error: ProxyError): void {
    this.#reachable.add(this.#targets.indexOf(target));
    const index = this.#rotation.next(this.#reachable);
    if (index === -1) exchange.fail(error);
    else this.#targets[index]!.forward(exchange, this);
  }
}
