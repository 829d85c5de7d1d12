import type { Exchange } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { type GoRegexp, goRegexp } from '../../support/go-regexp.ts';
import type { Options } from './options.ts';

/**
 * Cross-origin rules (Fetch standard, 3.2): preflights are answered here, other responses get the
 * headers.
 */
export class Cors {
  readonly #options: Options;
  readonly #origins: ReadonlySet<string>;
  readonly #expressions: readonly GoRegexp[];

  /** Undefined when no option of cross-origin sharing is set. */
  static from(options: Options): Cors | undefined {
    const set =
      options.accessControlAllowCredentials ||
      options.addVaryHeader ||
      options.accessControlMaxAge !== undefined ||
      options.accessControlAllowHeaders.length > 0 ||
      options.accessControlAllowMethods.length > 0 ||
      options.accessControlAllowOriginList.length > 0 ||
      options.accessControlAllowOriginListRegex.length > 0 ||
      options.accessControlExposeHeaders.length > 0;
    return set ? new Cors(options) : undefined;
  }

  private constructor(options: Options) {
    this.#options = options;
    this.#origins = new Set(options.accessControlAllowOriginList);
    this.#expressions = options.accessControlAllowOriginListRegex.map(goRegexp);
  }

  /** True when the request was a preflight and has been answered. */
  answersPreflight(exchange: Exchange): boolean {
    const { method, headers } = exchange.request;
    if (method !== 'OPTIONS') return false;
    const origin = headers.get('Origin');
    const wanted = headers.get('Access-Control-Request-Method');
    if (!origin || !wanted) return false;
    exchange.reply(200, this.#preflightHeaders(origin, wanted, headers));
    return true;
  }

  #preflightHeaders(origin: string, method: string, request: Headers): (readonly [string, string])[] {
    const options = this.#options;
    const answer: (readonly [string, string])[] = [];
    const add = (name: string, value: string | undefined) => value && answer.push([name, value] as const);
    add('Access-Control-Allow-Credentials', options.accessControlAllowCredentials ? 'true' : '');
    const asked = request.get('Access-Control-Request-Headers') ?? '';
    add('Access-Control-Allow-Headers', this.#listOrEcho(options.accessControlAllowHeaders, asked));
    add('Access-Control-Allow-Methods', this.#listOrEcho(options.accessControlAllowMethods, method));
    add('Access-Control-Allow-Origin', this.#allowedOrigin(origin));
    add('Access-Control-Max-Age', options.accessControlMaxAge?.toString());
    return answer;
  }

  /** With credentials `*` is no wildcard any more, so what was asked for is named. */
  #listOrEcho(list: readonly string[], asked: string): string {
    return this.#options.accessControlAllowCredentials && list.includes('*') ? asked : list.join(',');
  }

  apply(exchange: Exchange, headers: Headers): void {
    const origin = this.#allowedOrigin(exchange.request.headers.get('Origin') ?? '');
    if (origin) headers.set('Access-Control-Allow-Origin', origin);
    if (this.#options.accessControlAllowCredentials) headers.set('Access-Control-Allow-Credentials', 'true');
    const exposed = this.#options.accessControlExposeHeaders.join(',');
    if (exposed) headers.set('Access-Control-Expose-Headers', exposed);
    if (this.#options.addVaryHeader) addVary(headers);
  }

  #allowedOrigin(origin: string): string | undefined {
    if (this.#origins.has('*')) return this.#options.accessControlAllowCredentials ? origin : '*';
    const allowed =
      this.#origins.has(origin) || this.#expressions.some((expression) => expression.test(origin));
    return allowed ? origin : undefined;
  }
}

function addVary(headers: Headers): void {
  const vary = headers.get('Vary') ?? '';
  if (vary !== 'Origin') headers.set('Vary', vary === '' ? 'Origin' : `${vary},Origin`);
}
