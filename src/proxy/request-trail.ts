import type { Attempt, EndListener, Trail } from '../model/exchange.ts';
import type { ProxyError } from '../model/proxy-error.ts';

/** What became of an exchange on its way. Nearly all try one server once, so that this needs no list. */
export class RequestTrail implements Trail {
  router: string | undefined;
  service: string | undefined;
  server: string | undefined;
  user: string | undefined;
  meter: EndListener | undefined;
  /** The last attempt. */
  #server: string | undefined;
  #outcome: number | ProxyError = 0;
  #earlier: readonly Attempt[] | undefined;

  get attempts(): readonly Attempt[] {
    const earlier = this.#earlier ?? [];
    if (this.#server === undefined) return earlier;
    const status = typeof this.#outcome === 'number' ? this.#outcome : undefined;
    const error = typeof this.#outcome === 'number' ? undefined : this.#outcome;
    return [...earlier, { server: this.#server, status, error }];
  }

  get retries(): number {
    return this.#earlier?.length ?? 0;
  }

  tried(server: string, outcome: number | ProxyError): void {
    if (this.#server !== undefined) this.#earlier = this.attempts;
    this.#server = server;
    this.#outcome = outcome;
  }
}
