/**
 * Container labels, by Traefik's grammar: names split at dots, `domains[0]` or `domains.0`, letter case free in names
 * of options. One mistake rejects all labels of the call.
 *
 *     decodeLabels(schema, labels, { root: 'traefik', prefixes: ['traefik.http'], source: { provider: 'docker' } })
 */
import type { z } from 'zod';
import type { ProblemSource } from '../model/problem.ts';
import { concluded, type Decoded, Decoder } from './decode.ts';
import { type KeyedValue, keyNode, keyTree, malformed } from './key-tree.ts';
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
  const { tree, problems } = keyTree(selected(labels, options), keyNode('', options.source));
  const rooted = tree.children.filter(({ name }) => name === options.root);
  const strangers = tree.children.filter(({ name }) => name !== options.root);
  const fault = `it must begin with "${options.root}." in lower case`;
  problems.push(...strangers.map(({ name, place }) => malformed({ key: name, value: '', place }, fault)));
  return { tree: rooted[0] ?? keyNode(options.root, options.source), problems };
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
