/**
 * Environment variables: `TRAEFIK_ENTRYPOINTS_WEB_ADDRESS` says `entrypoints.web.address`. Several prefixes may be
 * in use; an earlier one wins.
 */
import type { z } from 'zod';
import type { Problem } from '../model/problem.ts';
import { nearestName } from '../support/nearest-name.ts';
import type { KeyedValue } from './key-tree.ts';
import { optionOf } from './option-tree.ts';

export interface ReadVariables {
  readonly values: KeyedValue[];
  readonly problems: Problem[];
}

export function readVariables(
  schema: z.ZodType,
  env: Readonly<Record<string, string | undefined>>,
  prefixes: readonly string[],
): ReadVariables {
  const roots = optionOf(schema).fields.map((field) => field.name.toUpperCase());
  const problems: Problem[] = [];
  const values = new Map<string, KeyedValue>();
  for (const prefix of prefixes) {
    for (const keyed of variablesOf(env, prefix)) {
      const root = /^[^.[]*/.exec(keyed.key)?.[0].toUpperCase() ?? '';
      const winner = values.get(keyed.key);
      if (!roots.includes(root)) problems.push(unknownVariable(keyed, prefix, roots, root));
      else if (!winner) values.set(keyed.key, keyed);
      else if (winner.value !== keyed.value) problems.push(contradiction(winner, keyed));
    }
  }
  return { values: [...values.values()], problems };
}

function variablesOf(env: Readonly<Record<string, string | undefined>>, prefix: string): KeyedValue[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    if (!variable.startsWith(prefix) || value === undefined) return [];
    const key = variable.slice(prefix.length).replaceAll('_', '.').toLowerCase();
    return [{ key, value, place: { variable } }];
  });
}

function unknownVariable(keyed: KeyedValue, prefix: string, roots: readonly string[], root: string): Problem {
  const { variable } = keyed.place;
  const nearest = nearestName(root, roots);
  return {
    code: 'unknown-variable',
    severity: 'warning',
    source: keyed.place,
    text: `The variable ${variable} names no option; it is ignored.`,
    ...(nearest ? { remedy: `Did you mean ${prefix}${nearest}…?` } : {}),
  };
}

const contradiction = (winner: KeyedValue, loser: KeyedValue): Problem => ({
  code: 'contradicting-variables',
  severity: 'warning',
  source: loser.place,
  text: `${winner.place.variable} and ${loser.place.variable} differ; ${winner.place.variable} counts.`,
  remedy: 'Keep one of the two.',
});
