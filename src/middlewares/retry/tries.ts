import type {
  Exchange,
  ExchangeResponse,
  Handler,
  RequestCheckpoint,
  ResponseLayer,
} from '../../model/exchange.ts';
import { goOn } from '../go-on.ts';
import type { StatusRanges } from '../status-ranges.ts';

export interface RetryPolicy {
  /** All tries, the first included. */
  readonly attempts: number;
  /** 0 tries again at once. */
  readonly initialIntervalMs: number;
  /** No further try begins later than this after the first; 0 means any time. */
  readonly timeoutMs: number;
  readonly onNetworkError: boolean;
  readonly status: StatusRanges;
  now(): number;
  random(): number;
}

/**
 * The tries of one exchange. The layer stays below those of the handlers that each try runs through
 * again.
 */
export class Tries implements ResponseLayer {
  readonly #exchange: Exchange;
  readonly #next: Handler;
  readonly #policy: RetryPolicy;
  readonly #byStatus: boolean;
  readonly #request: RequestCheckpoint;
  readonly #startedAt: number;
  #depth = 0;
  #tried = 0;

  constructor(exchange: Exchange, next: Handler, policy: RetryPolicy, byStatus: boolean) {
    this.#exchange = exchange;
    this.#next = next;
    this.#policy = policy;
    this.#byStatus = byStatus;
    this.#request = exchange.request.checkpoint();
    this.#startedAt = policy.timeoutMs > 0 ? policy.now() : 0;
  }

  begin(): void {
    this.#depth = this.#exchange.pushLayer(this);
    this.#try();
  }

  onResponse(_: Exchange, response: ExchangeResponse): 'taken' | undefined {
    if (this.#tried >= this.#policy.attempts || !this.#worthAnother(response) || this.#tooLate())
      return undefined;
    this.#exchange.discardResponse(this.#depth + 1);
    this.#exchange.request.restore(this.#request);
    const waitMs = this.#waitMs();
    const again = () => goOn(this.#exchange, () => this.#try());
    if (waitMs > 0) setTimeout(again, waitMs);
    else again();
    return 'taken';
  }

  /** An early answer of a try that may not count would confuse the client. */
  onInformation(): 'swallow' | undefined {
    return this.#tried < this.#policy.attempts ? 'swallow' : undefined;
  }

  #try(): void {
    this.#tried += 1;
    this.#next.handle(this.#exchange);
  }

  #worthAnother({ status, error }: ExchangeResponse): boolean {
    const unsent = error?.nothingSent === true && error.side === 'server';
    return (this.#policy.onNetworkError && unsent) || (this.#byStatus && this.#policy.status.has(status));
  }

  #tooLate(): boolean {
    const { timeoutMs, now } = this.#policy;
    return timeoutMs > 0 && now() - this.#startedAt >= timeoutMs;
  }

  /** Doubles from the first wait to the last, with a jitter of half to keep clients apart. */
  #waitMs(): number {
    const { attempts, initialIntervalMs, random } = this.#policy;
    const growth = 2 ** ((this.#tried - 1) / Math.max(1, attempts - 1));
    return initialIntervalMs * growth * (0.5 + random());
  }
}
