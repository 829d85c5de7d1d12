import type { Exchange } from '../model/exchange.ts';
import { cleanPath } from '../rules/path/clean-path.ts';
import { isFieldValue } from './fields.ts';
import { replyError } from './replies.ts';

/** A cleaned path with all escapes decoded, as Unicode; bytes that are not UTF-8 become U+FFFD. */
export function decodePath(path: string): string {
  if (!path.includes('%')) return path;
  const bytes = path.replace(/%(..)/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** A plain text as it stands in a path. */
export function escapePath(text: string): string {
  return encodeURI(text)
    .replace(/[?#]/g, encodeURIComponent)
    .replace(/%5B|%5D/g, decodeURIComponent);
}

/**
 * What is left of `path` behind the decoded text `prefix`, still escaped; undefined when it begins
 * otherwise.
 */
export function withoutPrefix(path: string, prefix: string): string | undefined {
  if (!path.includes('%')) return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
  const wanted = Buffer.from(prefix, 'utf8').toString('latin1');
  let at = 0;
  for (let index = 0; index < wanted.length; index += 1) {
    const escaped = path[at] === '%';
    const byte = escaped ? Number.parseInt(path.slice(at + 1, at + 3), 16) : path.charCodeAt(at);
    if (byte !== wanted.charCodeAt(index)) return undefined;
    at += escaped ? 3 : 1;
  }
  return path.slice(at);
}

/**
 * Takes `prefix` off the exchange's path and announces it, so that the server can build its links. Answers 400
 * and returns false when what is left could be read as another path than the one that was routed, or the prefix
 * cannot stand in a header.
 */
export function stripPath(exchange: Exchange, prefix: string, rest: string): boolean {
  const { request } = exchange;
  const path = rest === '' || rest.startsWith('/') ? rest : `/${rest}`;
  if (!isFieldValue(prefix) || (path !== '' && cleanPath(path, true) !== path)) {
    replyError(exchange, 400, 'Bad Request');
    return false;
  }
  request.path = path;
  request.headers.append('X-Forwarded-Prefix', prefix);
  return true;
}
