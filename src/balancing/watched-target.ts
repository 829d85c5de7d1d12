import type { Exchange, ExchangeResponse, ResponseLayer } from '../model/exchange.ts';
import type { ProxyError } from '../model/proxy-error.ts';
import type { PassiveHealth } from './passive-health.ts';
import type { Target, UnsentListener } from './target.ts';

/** A target that tells how its server does with what clients ask. */
export class WatchedTarget implements Target {
  readonly #inner: Target;
  readonly #index: number;
  readonly #health: PassiveHealth;

  constructor(inner: Target, { index, health }: { index: number; health: PassiveHealth }) {
    this.#inner = inner;
    this.#index = index;
    this.#health = health;
  }

  handle(exchange: Exchange): void {
    this.forward(exchange, { onUnsent: (_, __, error) => exchange.fail(error) });
  }

  forward(exchange: Exchange, listener: UnsentListener): void {
    const attempt = new Attempt(this, listener);
    exchange.pushLayer(attempt);
    this.#inner.forward(exchange, attempt);
  }

  judge(well: boolean): void {
    if (well) this.#health.succeeded(this.#index);
    else this.#health.failed(this.#index);
  }
}

/** One exchange with the server; stays in place when another server gets it after all. */
class Attempt implements ResponseLayer, UnsentListener {
  readonly #target: WatchedTarget;
  readonly #listener: UnsentListener;
  #over = false;

  constructor(target: WatchedTarget, listener: UnsentListener) {
    this.#target = target;
    this.#listener = listener;
  }

  onUnsent(exchange: Exchange, _: Target, error: ProxyError): void {
    this.#over = true;
    this.#target.judge(false);
    this.#listener.onUnsent(exchange, this.#target, error);
  }

  onResponse(_: Exchange, { status, error }: ExchangeResponse): undefined {
    if (this.#over || error?.side === 'client') return;
    this.#over = true;
    this.#target.judge(error === undefined && status < 500);
  }
}
