import { hash, timingSafeEqual } from 'node:crypto';

const SCHEME = /^digest +/i;
const PARAMETER = /([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** What a client says of itself (RFC 7616, 3.4). */
export interface Credentials {
  readonly user: string;
  readonly uri: string;
  readonly nonce: string;
  readonly opaque: string;
  /** How often the nonce has been used, in hexadecimal. */
  readonly count: string;
  readonly clientNonce: string;
  readonly response: string;
}

/** Undefined for anything but MD5 with `qop=auth`, which is what the challenge asks for. */
export function parseCredentials(header: string | undefined): Credentials | undefined {
  if (!header || !SCHEME.test(header)) return undefined;
  const given = new Map<string, string>();
  for (const [, name, quoted, token] of header.replace(SCHEME, '').matchAll(PARAMETER)) {
    given.set(name!.toLowerCase(), token ?? quoted!.replace(/\\(.)/g, '$1'));
  }
  const get = (name: string) => given.get(name) ?? '';
  if (get('algorithm') !== 'MD5' || get('qop') !== 'auth') return undefined;
  return {
    user: get('username'),
    uri: get('uri'),
    nonce: get('nonce'),
    opaque: get('opaque'),
    count: get('nc'),
    clientNonce: get('cnonce'),
    response: get('response'),
  };
}

/** Whether they were made by somebody who knows `secret`, the hash of name, realm and password. */
export function credentialsMatch(credentials: Credentials, method: string, secret: string): boolean {
  const { uri, nonce, count, clientNonce, response } = credentials;
  const request = hash('md5', `${method}:${uri}`);
  const expected = hash('md5', [secret, nonce, count, clientNonce, 'auth', request].join(':'));
  return response.length === expected.length && timingSafeEqual(Buffer.from(response), Buffer.from(expected));
}
