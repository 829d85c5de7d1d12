import type { Exchange } from '../../model/exchange.ts';
import { anyOf, type Matcher, type MatcherTable, requireAscii, requireLeadingSlash } from '../matcher.ts';
import { compilePattern } from '../patterns.ts';
import { RuleMistake } from '../rule-problem.ts';
import { clientIp } from './client-ip.ts';
import { header, headerRegexp } from './header.ts';
import { exactHost } from './host.ts';
import { method } from './http-v3.ts';
import { queryValues } from './query.ts';
import { templatePattern } from './v2-template.ts';

const ANY_NUMBER = [1, Number.POSITIVE_INFINITY] as const;

/** The matchers of the deprecated rule syntax. */
export const httpMatchersV2: MatcherTable<Exchange> = {
  Host: anyOf(exactHost),
  HostHeader: anyOf(exactHost),
  HostRegexp: anyOf(hostTemplate),
  Path: anyOf((value) => pathTemplate('Path', value, '$')),
  PathPrefix: anyOf((value) => pathTemplate('PathPrefix', value, '')),
  Method: anyOf(method),
  Headers: { arity: ANY_NUMBER, create: (args) => allPairs(args, header) },
  HeadersRegexp: { arity: ANY_NUMBER, create: (args) => allPairs(args, headerRegexp) },
  Query: { arity: ANY_NUMBER, create: (args) => allOf(args.map(queryTemplate)) },
  ClientIP: anyOf(clientIp(({ client }: Exchange) => client.address)),
};

function hostTemplate(value: string): Matcher<Exchange> {
  requireAscii(value, 'HostRegexp');
  const regexp = compilePattern(`(?i)^${templatePattern(value, '[^.]+')}$`);
  return { matches: ({ request }) => regexp.test(request.canonicalHost) };
}

function pathTemplate(name: string, value: string, end: '$' | ''): Matcher<Exchange> {
  requireLeadingSlash(value, name);
  const regexp = compilePattern(`^${templatePattern(value, '[^/]+')}${end}`);
  return { matches: ({ request }) => regexp.test(request.routingPath) };
}

/** `key=value`, where an empty value stands for any and braces for a pattern. Only the first value counts. */
function queryTemplate(text: string): Matcher<Exchange> {
  const [key, value, ...more] = text.split('=');
  if (key === undefined || value === undefined || more.length > 0) {
    throw new RuleMistake(`"${text}" is no pair of key and value.`, { remedy: 'Write Query(`key=value`).' });
  }
  const regexp = compilePattern(value === '' ? '' : `^${templatePattern(value, '.*')}$`);
  const matches = ({ request }: Exchange) => {
    const first = queryValues(request.query, key)[0];
    return first !== undefined && regexp.test(first);
  };
  return { matches };
}

type PairFactory = (pair: readonly string[]) => Matcher<Exchange>;

function allPairs(args: readonly string[], create: PairFactory): Matcher<Exchange> {
  if (args.length % 2 !== 0) {
    throw new RuleMistake('A header name stands without a value.', {
      remedy: 'Write pairs: Headers(`Name`, `value`).',
    });
  }
  const pairs = args.flatMap((name, index) => (index % 2 === 0 ? [[name, args[index + 1]!]] : []));
  return allOf(pairs.map(create));
}

function allOf(matchers: readonly Matcher<Exchange>[]): Matcher<Exchange> {
  return { matches: (exchange) => matchers.every((matcher) => matcher.matches(exchange)) };
}
