import type { Exchange, ExchangeResponse, ResponseLayer } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { type GoRegexp, goRegexp } from '../../support/go-regexp.ts';
import { canonicalName } from '../fields.ts';
import type { Options } from './options.ts';

/** What a request that was granted takes over from the authority's answer. */
export class Granted {
  readonly #names: readonly string[];
  readonly #pattern: GoRegexp | undefined;
  readonly #cookies: ReadonlySet<string>;
  readonly #userField: string;

  constructor(options: Options) {
    this.#names = options.authResponseHeaders.map(canonicalName);
    const { authResponseHeadersRegex } = options;
    this.#pattern = authResponseHeadersRegex === '' ? undefined : goRegexp(authResponseHeadersRegex);
    this.#cookies = new Set(options.addAuthCookiesToResponse);
    this.#userField = options.headerField;
  }

  apply(exchange: Exchange, answer: Headers): void {
    const { headers } = exchange.request;
    for (const name of this.#names) {
      // What the authority says nothing of, the client cannot claim.
      headers.delete(name);
      for (const value of answer.getAll(name)) headers.append(name, value);
    }
    if (this.#pattern) copyMatching(answer, headers, this.#pattern);
    if (this.#userField !== '') exchange.trail.user = answer.get(this.#userField);
    const cookies = answer.getAll('Set-Cookie').filter((cookie) => this.#cookies.has(cookieName(cookie)));
    if (cookies.length > 0) exchange.pushLayer(new Cookies(cookies));
  }
}

function copyMatching(from: Headers, to: Headers, pattern: GoRegexp): void {
  for (const [name] of [...to]) if (pattern.test(canonicalName(name))) to.delete(name);
  for (const [name, value] of from) if (pattern.test(canonicalName(name))) to.append(name, value);
}

/** Cookies of the authority, in place of the server's by the same name. */
class Cookies implements ResponseLayer {
  readonly #cookies: readonly string[];

  constructor(cookies: readonly string[]) {
    this.#cookies = cookies;
  }

  onResponse(_: Exchange, { headers }: ExchangeResponse): undefined {
    const replaced = new Set(this.#cookies.map(cookieName));
    const kept = headers.getAll('Set-Cookie').filter((cookie) => !replaced.has(cookieName(cookie)));
    headers.delete('Set-Cookie');
    for (const cookie of [...kept, ...this.#cookies]) headers.append('Set-Cookie', cookie);
  }
}

function cookieName(cookie: string): string {
  return cookie.slice(0, cookie.indexOf('=')).trim();
}
