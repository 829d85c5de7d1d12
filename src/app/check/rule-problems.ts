import { childNamed, type ConfigNode } from '../../config/node.ts';
import type { Problem } from '../../model/problem.ts';
import type { DynamicConfiguration } from '../../routing/schema/dynamic-configuration.ts';
import { parseRule } from '../../rules/parse-rule.ts';
import type { RuleProblem } from '../../rules/rule-problem.ts';

/** Rules are texts to the schema; only the rule language knows what is wrong inside them. */
export function ruleProblems({ http, tcp }: DynamicConfiguration, document: ConfigNode): Problem[] {
  return [
    ...Object.entries(http.routers).flatMap(([name, { rule, ruleSyntax }]) =>
      asProblems(
        parseRule(rule, { syntax: syntaxOf(ruleSyntax), protocol: 'http' }),
        { section: 'http', name },
        document,
      ),
    ),
    ...Object.entries(tcp.routers).flatMap(([name, { rule, ruleSyntax }]) =>
      asProblems(
        parseRule(rule, { syntax: syntaxOf(ruleSyntax), protocol: 'tcp' }),
        { section: 'tcp', name },
        document,
      ),
    ),
  ];
}

interface Router {
  readonly section: 'http' | 'tcp';
  readonly name: string;
}

const syntaxOf = (written: string) => (written === 'v2' ? 'v2' : 'v3');

type Parsed = { problem: RuleProblem } | { warnings: RuleProblem[] };

function asProblems(parsed: Parsed, router: Router, document: ConfigNode): Problem[] {
  if ('problem' in parsed) return [asProblem(parsed.problem, 'error', router, document)];
  return parsed.warnings.map((warning) => asProblem(warning, 'warning', router, document));
}

function asProblem(
  { text, remedy }: RuleProblem,
  severity: Problem['severity'],
  { section, name }: Router,
  document: ConfigNode,
): Problem {
  const path = [section, 'routers', name, 'rule'];
  const place = path.reduce<ConfigNode>((node, step) => childNamed(node, step) ?? node, document).place;
  return {
    code: 'wrong-rule',
    severity,
    source: { ...place, element: `router ${name}` },
    text: `The rule of the router ${name} cannot be used: ${text}`,
    ...(remedy === undefined ? {} : { remedy }),
  };
}
