/**
 * Container labels, by Traefik's grammar: names split at dots, `domains[0]` or `domains.0`, letter case free in names
 * of options. One mistake rejects all labels of the call.
 *
 *     decodeLabels(schema, labels, { root: 'traefik', prefixes: ['traefik.http'], source: { provider: 'docker' } })
 */
import type { z } from 'zod';
import type { Problem, ProblemSource } from '../model/problem.ts';
import { concluded, type Decoded, Decoder } from './decode.ts';
import { byKey, insert, type KeyedValue, splitKey } from './key-tree.ts';
import type { ConfigNode } from './node.ts';
import { optionOf } from './option-tree.ts';

export interface LabelOptions {
  /** The first piece of every label; the schema describes what stands below it. */
  readonly root: string;
  /** Labels that begin with none of these, whatever their case, are not meant for us. */
  readonly prefixes: readonly string[];
  readonly source: ProblemSource;
}

export function decodeLabels<T extends z.ZodType>(
  schema: T,
  labels: Readonly<Record<string, string>>,
  options: LabelOptions,
): Decoded<z.output<T>> {
  const { tree, problems } = labelTree(labels, options);
  const decoder = new Decoder({ labels: true });
  const value = decoder.decode(optionOf(schema), tree, options.root);
  return concluded(value as z.output<T>, [...problems, ...decoder.problems]);
}

function labelTree(labels: Readonly<Record<string, string>>, options: LabelOptions) {
  const problems: Problem[] = [];
  const tree: ConfigNode = {
    name: options.root,
    place: options.source,
    value: undefined,
    children: [],
    form: 'key',
  };
  for (const label of selected(labels, options).sort(byKey)) {
    const split = splitKey(label.key);
    if ('fault' in split) problems.push(malformed(label, `${split.fault}.`));
    else if (split.pieces[0] !== options.root)
      problems.push(malformed(label, `it must begin with "${options.root}." in lower case.`));
    else insert(tree, split.pieces.slice(1), label);
  }
  return { tree, problems };
}

function selected(
  labels: Readonly<Record<string, string>>,
  { prefixes, source }: LabelOptions,
): KeyedValue[] {
  const folded = prefixes.map((prefix) => prefix.toLowerCase());
  return Object.entries(labels)
    .filter(([key]) => folded.some((prefix) => key.toLowerCase().startsWith(prefix)))
    .map(([key, value]) => ({ key, value, place: { ...source, label: key } }));
}

const malformed = ({ key, place }: KeyedValue, why: string): Problem => ({
  code: 'malformed-label',
  severity: 'error',
  source: place,
  text: `The label ${key} cannot be read: ${why}`,
});
