import type { Exchange, Handler } from '../../model/exchange.ts';
import { announceUser, challenge, checkUserOptions } from '../authentication.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { requestUri } from '../redirect.ts';
import { readUsers } from '../users.ts';
import { type Credentials, credentialsMatch, parseCredentials } from './credentials.ts';
import { NONCE_WORDS, Nonces } from './nonces.ts';
import type { Options } from './options.ts';

/** Of no password: an unknown user takes no less time. */
const NOBODY = '0'.repeat(32);
const ORIGIN = /^https?:\/\/[^/?]*/i;

/** HTTP Digest authentication (RFC 7616) with MD5. */
export const create: CreateMiddleware<Options> = (options, { file, cell, now }) => {
  checkUserOptions(options);
  const users = readUsers(options, { parts: 3, file });
  const nonces = new Nonces(cell(NONCE_WORDS), now);
  const authentication = new DigestAuthentication(options, { users, nonces });
  return (next) => ({
    handle(exchange) {
      authentication.check(exchange, next);
    },
  });
};

interface DigestInit {
  /** Name, realm and secret of each. */
  readonly users: readonly string[][];
  readonly nonces: Nonces;
}

class DigestAuthentication {
  readonly #options: Options;
  readonly #nonces: Nonces;
  readonly #realm: string;
  /** Of the realm, by name. */
  readonly #secrets: ReadonlyMap<string, string>;

  constructor(options: Options, { users, nonces }: DigestInit) {
    this.#options = options;
    this.#nonces = nonces;
    this.#realm = options.realm || 'traefik';
    const ours = users.filter(([, realm]) => realm === this.#realm);
    this.#secrets = new Map(ours.map(([name, , secret]) => [name!, secret!.toLowerCase()]));
  }

  check(exchange: Exchange, next: Handler): void {
    const credentials = parseCredentials(exchange.request.headers.get('Authorization'));
    if (!credentials || !this.#areRight(exchange, credentials)) return this.#challenge(exchange, '');
    // Who knows the password but comes with an old nonce need not be asked for the password again.
    if (!this.#nonces.use(credentials.nonce, credentials.count)) {
      return this.#challenge(exchange, ', stale=true');
    }
    announceUser(exchange, credentials.user, this.#options);
    next.handle(exchange);
  }

  #areRight(exchange: Exchange, credentials: Credentials): boolean {
    const secret = this.#secrets.get(credentials.user);
    const matches = credentialsMatch(credentials, exchange.request.method, secret ?? NOBODY);
    if (secret === undefined || !matches || credentials.opaque !== this.#nonces.opaque) return false;
    return credentials.uri.replace(ORIGIN, '') === requestUri(exchange);
  }

  #challenge(exchange: Exchange, more: string): void {
    const { opaque } = this.#nonces;
    const nonce = this.#nonces.create();
    challenge(
      exchange,
      `Digest realm="${this.#realm}", nonce="${nonce}", opaque="${opaque}", algorithm="MD5", qop="auth"${more}`,
    );
  }
}
