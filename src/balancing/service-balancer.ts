import type { Exchange, ExchangeResponse, Handler, ResponseLayer } from '../model/exchange.ts';
import { ProxyError } from '../model/proxy-error.ts';
import { everybody, SmoothRoundRobin, type Usable } from './smooth-round-robin.ts';
import { Unreachable } from './unreachable.ts';

export interface ServiceBalancerInit {
  readonly services: readonly BalancedService[];
  /** In shared memory, `balancerWords(services.length)` words; not needed for fewer than two services. */
  readonly cell: Int32Array | undefined;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

interface BalancedService {
  readonly handler: Handler;
  readonly weight: number;
  /** It gets what none of the others can take. */
  readonly spare?: boolean | undefined;
}

/** Spreads requests over services by weight. */
export function createServiceBalancer(init: ServiceBalancerInit): Handler {
  const usable = init.services.filter(({ weight }) => weight > 0);
  if (usable.length === 0) return nobody;
  if (usable.length === 1) return usable[0]!.handler;
  return new ServiceBalancer(init);
}

const nobody: Handler = {
  handle(exchange) {
    const text = 'no service has a weight above 0';
    exchange.fail(new ProxyError('no-available-server', text, { nothingSent: true }));
  },
};

class ServiceBalancer implements Handler {
  readonly #handlers: readonly Handler[];
  readonly #rotation: SmoothRoundRobin;
  readonly #unreachable: Unreachable;
  /** Undefined where no service is a spare one. */
  readonly #preferred: Usable | undefined;

  constructor({ services, cell, now }: ServiceBalancerInit) {
    this.#handlers = services.map(({ handler }) => handler);
    const weights = services.map(({ weight }) => weight);
    this.#rotation = new SmoothRoundRobin(weights, cell);
    const unreachable = new Unreachable({ targets: services.length, among: everybody, now });
    this.#unreachable = unreachable;
    if (services.some(({ spare }) => spare === true))
      this.#preferred = { isUsable: (index) => !services[index]!.spare && unreachable.isUsable(index) };
  }

  handle(exchange: Exchange): void {
    const turn = this.#next();
    const index = turn === -1 ? this.#rotation.next(everybody) : turn;
    new Choice(exchange, this, index).begin();
  }

  forward(exchange: Exchange, index: number): void {
    this.#handlers[index]!.handle(exchange);
  }

  /** The next best service after one that could not be reached, or -1. */
  instead(index: number): number {
    this.#unreachable.add(index);
    return this.#next();
  }

  #next(): number {
    const turn = this.#preferred === undefined ? -1 : this.#rotation.next(this.#preferred);
    return turn === -1 ? this.#rotation.next(this.#unreachable) : turn;
  }
}

/** One exchange on its way to one of the services; goes to another one while nothing has been sent. */
class Choice implements ResponseLayer {
  readonly #exchange: Exchange;
  readonly #balancer: ServiceBalancer;
  #index: number;
  #depth = 0;

  constructor(exchange: Exchange, balancer: ServiceBalancer, index: number) {
    this.#exchange = exchange;
    this.#balancer = balancer;
    this.#index = index;
  }

  begin(): void {
    this.#depth = this.#exchange.pushLayer(this);
    this.#balancer.forward(this.#exchange, this.#index);
  }

  onResponse(_: Exchange, { error }: ExchangeResponse): 'taken' | undefined {
    if (error?.nothingSent !== true || error.side === 'client') return undefined;
    this.#index = this.#balancer.instead(this.#index);
    if (this.#index === -1) return undefined;
    this.#exchange.discardResponse(this.#depth + 1);
    this.#balancer.forward(this.#exchange, this.#index);
    return 'taken';
  }
}
