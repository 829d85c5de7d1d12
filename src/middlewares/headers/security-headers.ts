import type { Exchange } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { checkField } from '../fields.ts';
import { replyError } from '../replies.ts';
import type { Options } from './options.ts';

/** Headers that tell browsers to be careful, and the list of hosts that are served at all. */
export class SecurityHeaders {
  readonly #options: Options;
  readonly #fixed: readonly (readonly [string, string])[];
  readonly #strictTransport: string | undefined;
  readonly #proxyHeaders: readonly (readonly [string, string])[];

  /** Undefined when no security option is set. */
  static from(options: Options): SecurityHeaders | undefined {
    const security = new SecurityHeaders(options);
    const set = security.#fixed.length > 0 || security.#strictTransport || options.allowedHosts.length > 0;
    // Options that only qualify others, or have no effect any more, make a valid middleware all the same.
    return set || qualifies(options) ? security : undefined;
  }

  private constructor(options: Options) {
    this.#options = options;
    this.#fixed = fixedHeaders(options);
    for (const [name, value] of this.#fixed) checkField(name, value);
    this.#strictTransport =
      options.stsSeconds > 0 && !options.isDevelopment ? strictTransport(options) : undefined;
    this.#proxyHeaders = Object.entries(options.sslProxyHeaders);
  }

  /** True when the request named a host that is not allowed, and has been answered. */
  refusesHost(exchange: Exchange): boolean {
    const { allowedHosts, hostsProxyHeaders, isDevelopment } = this.#options;
    if (allowedHosts.length === 0 || isDevelopment) return false;
    const { headers, host } = exchange.request;
    const proxied = hostsProxyHeaders.map((name) => headers.get(name)).find(Boolean);
    const named = (proxied ?? host).toLowerCase();
    if (allowedHosts.some((allowed) => allowed.toLowerCase() === named)) return false;
    replyError(exchange, 500, 'Bad Host');
    return true;
  }

  apply(exchange: Exchange, headers: Headers): void {
    for (const [name, value] of this.#fixed) headers.set(name, value);
    if (this.#strictTransport && (this.#options.forceSTSHeader || this.#secure(exchange))) {
      headers.set('Strict-Transport-Security', this.#strictTransport);
    }
  }

  #secure(exchange: Exchange): boolean {
    const { headers } = exchange.request;
    return !!exchange.client.tls || this.#proxyHeaders.some(([name, value]) => headers.get(name) === value);
  }
}

function fixedHeaders(options: Options): (readonly [string, string])[] {
  const frame = options.customFrameOptionsValue || (options.frameDeny ? 'DENY' : '');
  const xss = options.customBrowserXSSValue || (options.browserXssFilter ? '1; mode=block' : '');
  const headers = [
    ['X-Frame-Options', frame],
    ['X-Content-Type-Options', options.contentTypeNosniff ? 'nosniff' : ''],
    ['X-XSS-Protection', xss],
    ['Content-Security-Policy', options.contentSecurityPolicy],
    ['Content-Security-Policy-Report-Only', options.contentSecurityPolicyReportOnly],
    ['Public-Key-Pins', options.publicKey],
    ['Referrer-Policy', options.referrerPolicy],
    ['Permissions-Policy', options.permissionsPolicy],
  ] as const;
  return headers.filter(([, value]) => value !== '');
}

function strictTransport(options: Options): string {
  const subdomains = options.stsIncludeSubdomains ? '; includeSubDomains' : '';
  return `max-age=${options.stsSeconds}${subdomains}${options.stsPreload ? '; preload' : ''}`;
}

function qualifies(options: Options): boolean {
  return (
    options.forceSTSHeader ||
    options.stsIncludeSubdomains ||
    options.stsPreload ||
    options.isDevelopment ||
    options.stsSeconds !== 0 ||
    options.hostsProxyHeaders.length > 0 ||
    Object.keys(options.sslProxyHeaders).length > 0 ||
    hasRetiredOption(options)
  );
}

/** Accepted for old configurations; without effect since version 3. */
function hasRetiredOption(options: Options): boolean {
  return !!(
    options.sslRedirect ||
    options.sslTemporaryRedirect ||
    options.sslHost ||
    options.sslForceHost ||
    options.featurePolicy
  );
}
