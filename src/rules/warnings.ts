import type { Call } from './expression/expression.ts';
import { looksLikeTemplate, templatePattern } from './matchers/v2-template.ts';
import { problemAt, type RuleProblem } from './rule-problem.ts';

/** Rules that are valid and yet can hardly mean what they say: templates of the former syntax. */
export function templateWarnings(source: string, calls: readonly Call[]): RuleProblem[] {
  return calls.flatMap((call) => {
    const template = call.args.find(looksLikeTemplate);
    if (template === undefined || !/^(?:Host|Path)/i.test(call.name)) return [];
    const message = `The braces in \`${template}\` are a template of rule syntax v2; here they stand for themselves.`;
    return [problemAt(source, call.offset, { message, remedy: remedyFor(call.name, template) })];
  });
}

const PATTERN_MATCHERS: Readonly<Record<string, string>> = { host: 'Host', hostsni: 'HostSNI', path: 'Path' };

function remedyFor(name: string, template: string): string {
  const kind = name.toLowerCase().replace(/regexp$/, '');
  const matcher = PATTERN_MATCHERS[kind.replace(/prefix$/, '')] ?? name;
  const pattern = templatePattern(template, kind.startsWith('host') ? '[^.]+' : '[^/]+');
  const end = kind.endsWith('prefix') ? '' : '$';
  return `Write ${matcher}Regexp(\`^${pattern}${end}\`), or set ruleSyntax to v2.`;
}
