import { createHash } from 'node:crypto';
import type { Exchange, Handler } from '../../model/exchange.ts';
import { announceUser, challenge, checkUserOptions } from '../authentication.ts';
import { goOn } from '../go-on.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { readUsers } from '../users.ts';
import type { Options } from './options.ts';
import { passwordMatches } from './password.ts';

/** A hash of the same cost as a real one, so that an unknown user takes no less time. */
const NOBODY = '$2b$10$abcdefghijklmnopqrstuuG0EcHd4fEzyIFWDqbAjqIVMr3rOTXLy';
const VERIFIED_MAX = 1024;
const SCHEME = /^basic +/i;

/** HTTP Basic authentication (RFC 7617) against hashes as `htpasswd` writes them. */
export const create: CreateMiddleware<Options> = (options, { file }) => {
  const users = new Map(readUsers(options, { parts: 2, file }) as [string, string][]);
  if (users.size === 0) throw new Error('no users: give users or usersFile, or nobody can get in');
  checkUserOptions(options);
  const authentication = new BasicAuthentication(users, options);
  return (next) => ({
    handle(exchange) {
      authentication.check(exchange, next);
    },
  });
};

class BasicAuthentication {
  readonly #users: ReadonlyMap<string, string>;
  readonly #options: Options;
  readonly #challenge: string;
  /** Digests of credentials that were right, oldest first: hashing anew for each request would be a brake. */
  readonly #verified = new Set<string>();

  constructor(users: ReadonlyMap<string, string>, options: Options) {
    this.#users = users;
    this.#options = options;
    this.#challenge = `Basic realm="${options.realm || 'traefik'}"`;
  }

  check(exchange: Exchange, next: Handler): void {
    const credentials = credentialsOf(exchange.request.headers.get('Authorization'));
    if (!credentials) return this.#refuse(exchange);
    const digest = createHash('sha256')
      .update(`${credentials.user}:${credentials.password}`)
      .digest('base64');
    if (this.#verified.has(digest)) return this.#admit(exchange, credentials.user, next);
    const hash = this.#users.get(credentials.user);
    passwordMatches(credentials.password, hash ?? NOBODY).then(
      (right) => {
        goOn(exchange, () => {
          if (!right || hash === undefined) return this.#refuse(exchange);
          this.#remember(digest);
          this.#admit(exchange, credentials.user, next);
        });
      },
      () => this.#refuse(exchange),
    );
  }

  #admit(exchange: Exchange, user: string, next: Handler): void {
    announceUser(exchange, user, this.#options);
    next.handle(exchange);
  }

  #refuse(exchange: Exchange): void {
    challenge(exchange, this.#challenge);
  }

  #remember(digest: string): void {
    if (this.#verified.size >= VERIFIED_MAX) {
      const [oldest] = this.#verified;
      this.#verified.delete(oldest!);
    }
    this.#verified.add(digest);
  }
}

function credentialsOf(header: string | undefined): { user: string; password: string } | undefined {
  if (!header || !SCHEME.test(header)) return undefined;
  const text = Buffer.from(header.replace(SCHEME, ''), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
