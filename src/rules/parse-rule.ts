import type { Exchange } from '../model/exchange.ts';
import type { Greeting } from '../model/stream.ts';
import { calls, compile } from './compile.ts';
import type { Expression } from './expression/expression.ts';
import { parseExpression } from './expression/parse-expression.ts';
import { MatcherNames } from './matcher-names.ts';
import { httpMatchersV2 } from './matchers/http-v2.ts';
import { httpMatchers } from './matchers/http-v3.ts';
import { tcpMatchers, tcpMatchersV2 } from './matchers/tcp.ts';
import { type RuleProblem, withProblem } from './rule-problem.ts';
import { templateWarnings } from './warnings.ts';

export type RuleSyntax = 'v2' | 'v3';

/** A rule ready to be asked. */
export interface Rule<Subject> {
  matches(subject: Subject): boolean;
  /**
   * Host names in the rule, lower-case, for certificates: without `*` and patterns, whether negated or
   * not.
   */
  readonly domains: readonly string[];
  /**
   * The rule can only match one of these hosts (exact, or `*.example.com`); undefined when there is no
   * such list.
   */
  readonly requiredHosts: readonly string[] | undefined;
  /** The priority of a router that has none of its own. */
  readonly defaultPriority: bigint;
  /** Nothing but the matcher for every server name. */
  readonly catchAll: boolean;
}

export type HttpRule = Rule<Exchange>;
export type TcpRule = Rule<Greeting>;

/** Warnings are about rules that are valid but look like a misunderstanding. */
export type ParsedRule<Subject> = { rule: Rule<Subject>; warnings: RuleProblem[] } | { problem: RuleProblem };

interface Language<Subject> {
  readonly names: MatcherNames<Subject>;
  /** Matchers whose values are host names. */
  readonly hostMatchers: ReadonlySet<string>;
  readonly catchAll: RegExp | undefined;
}

const http = {
  v3: language(new MatcherNames(httpMatchers), ['Host']),
  v2: language(new MatcherNames(httpMatchersV2), ['Host', 'HostHeader']),
};
const CATCH_ALL = /^HostSNI\(`\*`\)$/;
const tcp = {
  v3: language(new MatcherNames(tcpMatchers), ['HostSNI'], CATCH_ALL),
  v2: language(new MatcherNames(tcpMatchersV2), ['HostSNI'], CATCH_ALL),
};

interface RuleOptions<Protocol> {
  readonly syntax: RuleSyntax;
  readonly protocol: Protocol;
}

export function parseRule(text: string, options: RuleOptions<'http'>): ParsedRule<Exchange>;
export function parseRule(text: string, options: RuleOptions<'tcp'>): ParsedRule<Greeting>;
export function parseRule(text: string, { syntax, protocol }: RuleOptions<'http' | 'tcp'>) {
  return protocol === 'http' ? parse(text, syntax, http[syntax]) : parse(text, syntax, tcp[syntax]);
}

/** It can be read, whether or not its matchers exist and make sense. */
export function isWellFormed(text: string): boolean {
  return !('problem' in withProblem(text, () => parseExpression(text)));
}

function language<Subject>(
  names: MatcherNames<Subject>,
  hostMatchers: readonly string[],
  catchAll?: RegExp,
): Language<Subject> {
  return { names, hostMatchers: new Set(hostMatchers), catchAll };
}

function parse<Subject>(text: string, syntax: RuleSyntax, spoken: Language<Subject>): ParsedRule<Subject> {
  return withProblem(text, () => {
    const expression = parseExpression(text);
    const matcher = compile(expression, (call) => spoken.names.create(call));
    const catchAll = spoken.catchAll?.test(text) ?? false;
    const rule = {
      matches: (subject: Subject) => matcher.matches(subject),
      domains: domainsOf(expression, spoken),
      requiredHosts: matcher.hosts,
      defaultPriority: catchAll ? -1n : BigInt(Buffer.byteLength(text)),
      catchAll,
    };
    return { rule, warnings: syntax === 'v3' ? templateWarnings(text, calls(expression)) : [] };
  });
}

function domainsOf(expression: Expression, { names, hostMatchers }: Language<never>): string[] {
  const domains = new Set<string>();
  for (const call of calls(expression)) {
    if (!hostMatchers.has(names.nameOf(call) ?? '')) continue;
    for (const value of call.args) domains.add(value.toLowerCase());
  }
  domains.delete('*');
  return [...domains];
}
