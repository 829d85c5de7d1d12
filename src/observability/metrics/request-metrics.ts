import type { Exchange, Handler } from '../../model/exchange.ts';
import { ExchangeMeter, type MeterTerms } from './exchange-meter.ts';
import type { Ledger } from './ledger.ts';
import { Tallies } from './tallies.ts';
import type { Tally } from './tally.ts';

/** Plain data: what workers are told at their start. */
export interface RequestMetricsOptions {
  /** Whether there are series for each of them. */
  readonly entryPoints: boolean;
  readonly routers: boolean;
  readonly services: boolean;
  /** What the program itself answers counts, too. */
  readonly internals: boolean;
  /** Upper bounds of the histograms in seconds, ascending. */
  readonly buckets: readonly number[];
  readonly headerLabels: readonly (readonly [label: string, header: string])[];
  /** Entry points where requests that no router takes are not counted. */
  readonly silentEntryPoints: readonly string[];
}

export interface MeteredRouter {
  /** Qualified, both. */
  readonly router: string;
  readonly service: string;
  /** Whether its requests shall be counted. */
  readonly metrics: boolean;
}

/** A handler that counts, until it is released. */
export interface Metered {
  readonly handler: Handler;
  release(): void;
}

/** Wraps handlers so that what they do is counted. Without it nothing is wrapped, and nothing spent. */
export class RequestMetrics {
  readonly #options: RequestMetricsOptions;
  readonly #ledger: Ledger;
  readonly #tallies: Tallies;
  readonly #inside: MeterTerms;

  constructor(options: RequestMetricsOptions, ledger: Ledger, now = () => performance.now()) {
    const { headerLabels, buckets } = options;
    this.#options = options;
    this.#ledger = ledger;
    this.#tallies = new Tallies({ ledger, bounds: Float64Array.from(buckets) });
    this.#inside = { entryPoint: undefined, isSilent: false, headerLabels, now };
  }

  /** Takes how many connections or sessions of an entry point are open now. */
  openConnections(entrypoint: string, protocol: 'TCP' | 'UDP'): (count: number) => void {
    const series = { name: 'open_connections', labels: { entrypoint, protocol }, isGauge: true };
    const { words } = this.#ledger.open(series, { rows: 1, width: 2 });
    words[0] = 1;
    return (count) => {
      words[1] = count;
    };
  }

  /** For as long as the thread lives. */
  atEntryPoint(entrypoint: string, next: Handler): Handler {
    const { entryPoints, silentEntryPoints } = this.#options;
    const series = { name: 'entrypoint', labels: { entrypoint } };
    const entryPoint = entryPoints ? this.#tallies.acquire(series) : undefined;
    return new Gate(next, {
      ...this.#inside,
      entryPoint,
      isSilent: silentEntryPoints.includes(entrypoint),
    });
  }

  inRouter({ router, service, metrics }: MeteredRouter, next: Handler): Metered {
    const { routers, internals } = this.#options;
    const isSilent = !metrics || (!internals && isInternal(service));
    const series = { name: 'router', labels: { router, service } };
    if (!routers || isSilent) return { handler: new RouterGate(next, { isSilent }), release() {} };
    const tally = this.#tallies.acquire(series);
    const handler = new RouterGate(next, { isSilent, tally });
    return { handler, release: () => this.#tallies.release(series) };
  }

  inService(service: string, next: Handler): Metered {
    const { services, internals } = this.#options;
    if (!services || (!internals && isInternal(service))) return { handler: next, release() {} };
    const series = { name: 'service', labels: { service } };
    const handler = new ServiceGate(next, this.#tallies.acquire(series), this.#inside);
    return { handler, release: () => this.#tallies.release(series) };
  }
}

const isInternal = (service: string): boolean => service.endsWith('@internal');

class Gate implements Handler {
  readonly #next: Handler;
  readonly #terms: MeterTerms;

  constructor(next: Handler, terms: MeterTerms) {
    this.#next = next;
    this.#terms = terms;
  }

  handle(exchange: Exchange): void {
    const meter = ExchangeMeter.begin(exchange, this.#terms);
    this.#next.handle(exchange);
    meter.pause();
  }
}

class RouterGate implements Handler {
  readonly #next: Handler;
  readonly #tally: Tally | undefined;
  readonly #isSilent: boolean;

  constructor(next: Handler, { tally, isSilent }: { tally?: Tally; isSilent: boolean }) {
    this.#next = next;
    this.#tally = tally;
    this.#isSilent = isSilent;
  }

  handle(exchange: Exchange): void {
    const { meter } = exchange.trail;
    if (meter instanceof ExchangeMeter) meter.enterRouter(this.#tally, this.#isSilent);
    this.#next.handle(exchange);
  }
}

class ServiceGate implements Handler {
  readonly #next: Handler;
  readonly #tally: Tally;
  readonly #inside: MeterTerms;

  constructor(next: Handler, tally: Tally, inside: MeterTerms) {
    this.#next = next;
    this.#tally = tally;
    this.#inside = inside;
  }

  handle(exchange: Exchange): void {
    ExchangeMeter.of(exchange, this.#inside).enterService(exchange, this.#tally);
    this.#next.handle(exchange);
  }
}
