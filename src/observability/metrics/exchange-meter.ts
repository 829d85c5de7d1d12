import type { Body, EndListener, Exchange, ExchangeResponse, ResponseLayer } from '../../model/exchange.ts';
import { GrpcStatus } from './grpc-status.ts';
import { GRPC, protocolOf, requestKey, requestLabels } from './request-key.ts';
import type { Measured } from './request-row.ts';
import type { Tally } from './tally.ts';

export interface MeterTerms {
  /** Where what comes in is counted; undefined when nobody wants to know. */
  readonly entryPoint: Tally | undefined;
  /** Requests that no router takes are not counted. */
  readonly isSilent: boolean;
  /** Names of headers by the names of the labels that they fill in. */
  readonly headerLabels: readonly (readonly [label: string, header: string])[];
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

interface MeasuredExchange extends Measured {
  readonly status: number;
}

/** What proxies say when the client had gone before there was an answer. */
const CLIENT_GONE = 499;

/** Measures one exchange, and counts it where it has been when it is over. */
export class ExchangeMeter implements EndListener, ResponseLayer {
  readonly #terms: MeterTerms;
  readonly #startedAt: number;
  readonly #protocol: number;
  readonly #grpc: GrpcStatus | undefined;
  #isSilent: boolean;
  /** The request is on its way inwards, and nobody has made it wait: it is still the moment when it came. */
  #isStraight = true;
  #router: Tally | undefined;
  #service: Tally | undefined;
  #serviceSince = 0;
  #serviceStatus = CLIENT_GONE;
  #serviceBody: Body | undefined;

  private constructor(exchange: Exchange, terms: MeterTerms) {
    this.#terms = terms;
    this.#startedAt = terms.now();
    this.#isSilent = terms.isSilent;
    this.#protocol = protocolOf(exchange);
    this.#grpc = this.#protocol === GRPC ? new GrpcStatus() : undefined;
    if (this.#grpc !== undefined) exchange.pushLayer(this.#grpc);
    exchange.trail.meter = this;
  }

  static begin(exchange: Exchange, terms: MeterTerms): ExchangeMeter {
    return new ExchangeMeter(exchange, terms);
  }

  /** Of what is asked for in the middle of another request, there is none yet. */
  static of(exchange: Exchange, terms: MeterTerms): ExchangeMeter {
    const { meter } = exchange.trail;
    return meter instanceof ExchangeMeter ? meter : new ExchangeMeter(exchange, terms);
  }

  /** The request has gone inwards as far as it could without waiting. */
  pause(): void {
    this.#isStraight = false;
  }

  enterRouter(tally: Tally | undefined, isSilent: boolean): void {
    this.#router = tally;
    this.#isSilent = isSilent;
  }

  /** Once for each attempt; the one before is over. */
  enterService(exchange: Exchange, tally: Tally): void {
    const now = this.#isStraight ? this.#startedAt : this.#terms.now();
    this.#isStraight = false;
    this.#leaveService(exchange, now);
    this.#service = tally;
    this.#serviceSince = now;
    this.#serviceStatus = CLIENT_GONE;
    this.#serviceBody = undefined;
    exchange.pushLayer(this);
  }

  onResponse(_: Exchange, { status, body }: ExchangeResponse): undefined {
    this.#serviceStatus = status;
    this.#serviceBody = body;
  }

  onEnd(exchange: Exchange): void {
    if (this.#isSilent) return;
    const now = this.#terms.now();
    this.#leaveService(exchange, now);
    for (let retry = 0; retry < exchange.trail.retries; retry++) this.#service?.addLabelled('retries', {});
    const { entryPoint } = this.#terms;
    if (entryPoint === undefined && this.#router === undefined) return;
    const { request, response } = exchange;
    const measured = {
      status: response?.status ?? CLIENT_GONE,
      seconds: (now - this.#startedAt) / 1000,
      requestBytes: bytesOf(request.body),
      responseBytes: request.method === 'HEAD' ? 0 : bytesOf(response?.body),
    };
    if (entryPoint !== undefined) this.#count(exchange, entryPoint, measured);
    if (this.#router !== undefined) this.#count(exchange, this.#router, measured);
  }

  #leaveService(exchange: Exchange, now: number): void {
    if (this.#service === undefined || this.#isSilent) return;
    const { request } = exchange;
    this.#count(exchange, this.#service, {
      status: this.#serviceStatus,
      seconds: (now - this.#serviceSince) / 1000,
      requestBytes: bytesOf(request.body),
      responseBytes: bytesOf(this.#serviceBody),
    });
  }

  #count({ request, client }: Exchange, tally: Tally, measured: MeasuredExchange): void {
    const { headerLabels } = this.#terms;
    const status = this.#grpc?.code ?? measured.status;
    const key = requestKey({ method: request.method, protocol: this.#protocol, status });
    tally.add(key, measured);
    if (client.tls !== undefined) tally.addTls(client.tls);
    if (headerLabels.length === 0) return;
    const values = headerLabels.map(([label, header]) => [label, request.headers.get(header) ?? '']);
    tally.addLabelled('labelled', { ...requestLabels(key), ...Object.fromEntries(values) });
  }
}

function bytesOf(body: Body | undefined): number {
  return body?.delivered ?? body?.length ?? 0;
}
