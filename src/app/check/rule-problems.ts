import type { Problem, ProblemSource } from '../../model/problem.ts';
import type { DynamicConfiguration } from '../../routing/schema/dynamic-configuration.ts';
import { parseRule } from '../../rules/parse-rule.ts';
import type { RuleProblem } from '../../rules/rule-problem.ts';

export interface RuleOwner {
  readonly protocol: 'http' | 'tcp';
  readonly router: string;
}

interface Surroundings {
  readonly provider: string;
  /** Where a rule was written; undefined for one that nobody wrote. */
  readonly placeOf: (owner: RuleOwner) => ProblemSource | undefined;
}

/** Rules are texts to the schema; only the rule language knows what is wrong inside them. */
export function ruleProblems(
  { http, tcp }: DynamicConfiguration,
  { provider, placeOf }: Surroundings,
): Problem[] {
  return [
    ...Object.entries(http.routers).map(([router, { rule, ruleSyntax }]) => ({
      owner: { protocol: 'http' as const, router },
      parsed: parseRule(rule, { syntax: syntaxOf(ruleSyntax), protocol: 'http' }),
    })),
    ...Object.entries(tcp.routers).map(([router, { rule, ruleSyntax }]) => ({
      owner: { protocol: 'tcp' as const, router },
      parsed: parseRule(rule, { syntax: syntaxOf(ruleSyntax), protocol: 'tcp' }),
    })),
  ].flatMap(({ owner, parsed }) => {
    const place = placeOf(owner);
    const word = owner.protocol === 'http' ? 'router' : 'tcp router';
    const element = `${word} ${owner.router}@${provider}`;
    return place ? asProblems(parsed, { ...place, element }) : [];
  });
}

const syntaxOf = (written: string) => (written === 'v2' ? 'v2' : 'v3');

type Parsed = { problem: RuleProblem } | { warnings: RuleProblem[] };

function asProblems(parsed: Parsed, source: ProblemSource): Problem[] {
  const [severity, problems] =
    'problem' in parsed ? (['error', [parsed.problem]] as const) : (['warning', parsed.warnings] as const);
  return problems.map(({ text, remedy }) => ({
    code: severity === 'error' ? 'rule-wrong' : 'rule-suspicious',
    severity,
    source,
    text: severity === 'error' ? `The rule of the ${source.element} cannot be used: ${text}` : text,
    ...(remedy === undefined ? {} : { remedy }),
  }));
}
