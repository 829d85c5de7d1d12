import type { Exchange } from '../../model/exchange.ts';
import type { Matcher } from '../matcher.ts';
import { compilePattern } from '../patterns.ts';
import { readableText } from './byte-text.ts';

/** One value: the key is there with an empty value; two: one of its values is this one. */
export function query([key, value = '']: readonly string[]): Matcher<Exchange> {
  return queryMatcher(key!, (candidate) => candidate === value);
}

export function queryRegexp([key, pattern]: readonly string[]): Matcher<Exchange> {
  if (pattern === undefined) return query([key!]);
  const regexp = compilePattern(pattern);
  return queryMatcher(key!, (candidate) => regexp.test(candidate));
}

function queryMatcher(key: string, accepts: (value: string) => boolean): Matcher<Exchange> {
  return { matches: ({ request }) => request.query !== '' && queryValues(request.query, key).some(accepts) };
}

/** The values of a key in a query that begins with `?`. What is not well-formed counts as absent. */
export function queryValues(query: string, key: string): string[] {
  const values: string[] = [];
  for (const pair of query.slice(1).split('&')) {
    const equals = pair.indexOf('=');
    const name = decoded(equals === -1 ? pair : pair.slice(0, equals));
    if (name !== key || pair === '') continue;
    const value = decoded(equals === -1 ? '' : pair.slice(equals + 1));
    if (value !== undefined) values.push(value);
  }
  return values;
}

const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})|;/;

function decoded(text: string): string | undefined {
  if (BROKEN_ESCAPE.test(text)) return undefined;
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return readableText(bytes);
}
