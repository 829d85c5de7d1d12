import type { Exchange } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import type { Matcher } from '../matcher.ts';
import { compilePattern } from '../patterns.ts';
import { readableText, wireText } from './byte-text.ts';

/** One line of that name has exactly this value. */
export function header([name, value]: readonly string[]): Matcher<Exchange> {
  const wanted = wireText(value!);
  return fieldMatcher(name!, (line) => line === wanted);
}

export function headerRegexp([name, pattern]: readonly string[]): Matcher<Exchange> {
  const regexp = compilePattern(pattern!);
  return fieldMatcher(name!, (line) => regexp.test(readableText(line)));
}

function fieldMatcher(name: string, accepts: (line: string) => boolean): Matcher<Exchange> {
  // The Host field is the host of the request, in Go no header at all.
  if (name.toLowerCase() === 'host') return { matches: () => false };
  return { matches: ({ request }) => someLine(request.headers, name, accepts) };
}

function someLine(headers: Headers, name: string, accepts: (line: string) => boolean): boolean {
  const first = headers.get(name);
  if (first === undefined) return false;
  return accepts(first) || headers.getAll(name).some(accepts);
}
