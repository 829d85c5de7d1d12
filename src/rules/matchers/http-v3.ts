import type { Exchange } from '../../model/exchange.ts';
import { type Matcher, type MatcherTable, one, requireLeadingSlash } from '../matcher.ts';
import { compilePattern } from '../patterns.ts';
import { clientIp } from './client-ip.ts';
import { header, headerRegexp } from './header.ts';
import { host, hostRegexp } from './host.ts';
import { query, queryRegexp } from './query.ts';

/** The matchers of today's rule syntax. */
export const httpMatchers: MatcherTable<Exchange> = {
  Host: one(host),
  HostRegexp: one(hostRegexp),
  Path: one(path),
  PathPrefix: one(pathPrefix),
  PathRegexp: one(pathRegexp),
  Method: one(method),
  Header: { arity: [2, 2], create: header },
  HeaderRegexp: { arity: [2, 2], create: headerRegexp },
  Query: { arity: [1, 2], create: query },
  QueryRegexp: { arity: [1, 2], create: queryRegexp },
  ClientIP: one(clientIp(({ client }: Exchange) => client.address)),
};

function path(value: string): Matcher<Exchange> {
  requireLeadingSlash(value, 'Path');
  return { matches: ({ request }) => request.routingPath === value };
}

/** A prefix of the text: `/foo` matches `/foobar`, as in Traefik. */
function pathPrefix(value: string): Matcher<Exchange> {
  requireLeadingSlash(value, 'PathPrefix');
  return { matches: ({ request }) => request.routingPath.startsWith(value) };
}

function pathRegexp(pattern: string): Matcher<Exchange> {
  const regexp = compilePattern(pattern);
  return { matches: ({ request }) => regexp.test(request.routingPath) };
}

export function method(value: string): Matcher<Exchange> {
  const wanted = value.toUpperCase();
  return { matches: ({ request }) => request.method === wanted };
}
