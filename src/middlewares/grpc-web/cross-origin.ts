import type { Exchange } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';

const secondsToRemember = 600;

/** Whose pages may call (Fetch standard, 3.2). */
export class CrossOrigin {
  readonly #origins: ReadonlySet<string>;

  /** `*` stands for all. */
  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins);
  }

  /** True when the request asked whether a call would be allowed, and has been answered. */
  answersPreflight(exchange: Exchange): boolean {
    const { method, headers } = exchange.request;
    const wanted = headers.get('Access-Control-Request-Method');
    const fields = headers.get('Access-Control-Request-Headers') ?? '';
    if (method !== 'OPTIONS' || !wanted || !fields.toLowerCase().includes('x-grpc-web')) return false;
    const answer: (readonly [string, string])[] = [['Vary', preflightVary]];
    const origin = this.#allowed(headers);
    if (origin !== undefined && wanted === 'POST')
      answer.push(
        ['Access-Control-Allow-Origin', origin],
        ['Access-Control-Allow-Methods', wanted],
        ['Access-Control-Allow-Headers', fields],
        ['Access-Control-Allow-Credentials', 'true'],
        ['Access-Control-Max-Age', String(secondsToRemember)],
      );
    exchange.reply(200, answer);
    return true;
  }

  /** Lets the page read the answer, all of its fields included. */
  allow(exchange: Exchange, headers: Headers): void {
    headers.append('Vary', 'Origin');
    const origin = this.#allowed(exchange.request.headers);
    if (origin === undefined) return;
    const names = new Set([...headers].map(([name]) => name.toLowerCase()));
    for (const name of ['vary', ...atTheEnd]) names.delete(name);
    headers.set('Access-Control-Allow-Origin', origin);
    headers.set('Access-Control-Allow-Credentials', 'true');
    headers.set('Access-Control-Expose-Headers', [...names, ...atTheEnd].join(', '));
  }

  #allowed(headers: Headers): string | undefined {
    const origin = headers.get('Origin');
    if (!origin) return undefined;
    return this.#origins.has('*') || this.#origins.has(origin) ? origin : undefined;
  }
}

const preflightVary = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';

/** What became of the call: in the trailers, or in the head of an answer without a body. */
const atTheEnd = ['grpc-status', 'grpc-message'];
