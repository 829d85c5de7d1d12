/** What can be wrong with a node, in words. */
import type { z } from 'zod';
import type { Problem } from '../model/problem.ts';
import { nearestName } from '../support/nearest-name.ts';
import { type ConfigNode, childNamed } from './node.ts';
import type { Field, Option } from './option-tree.ts';
import { expectationOf, parseScalar } from './scalar.ts';

export const below = (path: string, name: string): string =>
  path === '' || name.startsWith('[') ? path + name : `${path}.${name}`;

const error = (node: ConfigNode, code: Problem['code'], text: string, remedy?: string): Problem => ({
  code,
  severity: 'error',
  source: node.place,
  text,
  ...(remedy === undefined ? {} : { remedy }),
});

const warning = (...mistake: Parameters<typeof error>): Problem => ({
  ...error(...mistake),
  severity: 'warning',
});

export const misshapen = (node: ConfigNode, path: string, shape: string): Problem =>
  error(node, 'wrong-shape', `${path || node.place.file || 'This'} ${shape}.`);

export const repeated = (node: ConfigNode, path: string): Problem =>
  error(
    node,
    'repeated-option',
    `${below(path, node.name)} is given twice; letter case does not count.`,
    'Keep one of the two.',
  );

export const indexedList = (node: ConfigNode, path: string): Problem =>
  warning(
    node,
    'indexed-list',
    `${path} is a list of single values: written with indices it stays empty.`,
    'Write the values in one, with commas between them.',
  );

/** Undefined where the option says that it is not wanted anyway. */
export function notYet(option: Option, node: ConfigNode, path: string): Problem | undefined {
  if (node.value !== undefined && parseScalar('flag', node.value) === false) return undefined;
  const why = option.meta.notYet?.replace(/\.$/, '');
  const end = why ? `: ${why}` : '; Traefik knows it, Fairlead does not yet';
  return warning(node, 'not-yet', `${path} has no effect${end}.`);
}

export function wrongScalar(option: Option, node: ConfigNode, path: string): Problem {
  const shown = option.meta.secret ? 'the value' : JSON.stringify(node.value ?? '');
  return error(node, 'wrong-value', `${path}: ${shown} is not ${expectationOf(option.kind)}.`);
}

interface UnknownName {
  readonly option: Option;
  readonly path: string;
  /** How fields are called in this spelling. */
  readonly nameOf: (field: Field) => string;
  readonly tolerated: boolean;
}

export function unknownName(node: ConfigNode, { option, path, nameOf, tolerated }: UnknownName): Problem {
  const names = option.fields.map(nameOf);
  const nearest = nearestName(node.name, names);
  const meant = nearest === undefined ? namesakes(node.name, option, nameOf) : [nearest];
  const question = meant.map((name) => `"${name}"`).join(' or ');
  const remedy = question ? `Did you mean ${question}?` : `Known here: ${names.join(', ')}.`;
  const text = `There is no option "${node.name}"${path && ` in ${path}`}.`;
  return (tolerated ? warning : error)(node, 'unknown-option', text, remedy);
}

/** Options of that very name one level further down: people leave out what stands between. */
function namesakes(name: string, option: Option, nameOf: UnknownName['nameOf']): string[] {
  return option.fields.flatMap((field) => {
    const inner = field.option.kind === 'structures' ? field.option.element : field.option;
    const found = inner?.kind === 'structure' ? inner.field(name) : undefined;
    return found ? [`${nameOf(field)}.${nameOf(found)}`] : [];
  });
}

/** What the schema says beyond the kind: choices, limits, rules of its own. */
export function failedChecks(option: Option, value: unknown, node: ConfigNode, path: string): Problem[] {
  const { error: failure } = option.schema.safeParse(value);
  return (failure?.issues ?? []).map((issue) => {
    const steps = issue.path.map(String);
    const culprit = steps.reduce((at, step) => childNamed(at, step) ?? at, node);
    const said = saidBy(culprit, optionBelow(option, steps));
    return error(
      culprit,
      'wrong-value',
      `${steps.reduce(below, path)}${said}: ${demand(issue)}.`,
      choice(issue, culprit),
    );
  });
}

const optionBelow = (option: Option, steps: readonly string[]): Option =>
  steps.reduce((at, step) => at.field(step)?.option ?? at.element ?? at, option);

function saidBy({ value, children }: ConfigNode, { meta }: Option): string {
  return meta.secret || value === undefined || children.length > 0 ? '' : ` (${JSON.stringify(value)})`;
}

function demand(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') return `must not be below ${issue.minimum}`;
  if (issue.code === 'too_big') return `must not be above ${issue.maximum}`;
  return issue.message.replace(/\.$/, '');
}

function choice(issue: z.core.$ZodIssue, node: ConfigNode): string | undefined {
  if (issue.code !== 'invalid_value') return undefined;
  const nearest = nearestName(node.value ?? '', issue.values.map(String));
  return nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
}
