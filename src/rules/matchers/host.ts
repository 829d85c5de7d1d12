import type { Exchange } from '../../model/exchange.ts';
import { type Matcher, requireAscii } from '../matcher.ts';
import { compilePattern } from '../patterns.ts';

const DOT = 0x2e;
const EVERYTHING: Matcher<unknown> = { matches: () => true };
const NOTHING: Matcher<unknown> = { matches: () => false };

/** A name, `*.name` for exactly one label in front of it, or `*` for any host and none. */
export function host(value: string): Matcher<Exchange> {
  if (value === '*') return EVERYTHING;
  if (!value.startsWith('*.')) return exactHost(value);
  requireAscii(value, 'Host');
  const pattern = withoutTrailingDot(value.toLowerCase());
  const suffix = pattern.slice(1);
  return { hosts: [pattern], matches: ({ request }) => afterFirstLabel(request.canonicalHost) === suffix };
}

/** One trailing dot makes no difference, neither in the rule nor in the request. */
export function exactHost(value: string): Matcher<Exchange> {
  requireAscii(value, 'Host');
  const name = withoutTrailingDot(value.toLowerCase());
  if (name === '') return NOTHING;
  const matches = ({ request }: Exchange) => {
    const asked = request.canonicalHost;
    return asked === name || withoutTrailingDot(asked) === name;
  };
  return { hosts: [name], matches };
}

export function hostRegexp(pattern: string): Matcher<Exchange> {
  requireAscii(pattern, 'HostRegexp');
  const regexp = compilePattern(pattern);
  return { matches: ({ request }) => regexp.test(request.canonicalHost) };
}

export function withoutTrailingDot(name: string): string {
  return name.charCodeAt(name.length - 1) === DOT ? name.slice(0, -1) : name;
}

/** `.example.com` of `www.example.com.`; undefined when there is no dot. */
export function afterFirstLabel(name: string): string | undefined {
  const bare = withoutTrailingDot(name);
  const dot = bare.indexOf('.');
  return dot === -1 ? undefined : bare.slice(dot);
}
