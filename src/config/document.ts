/** Files as trees in which every node knows its place: YAML, JSON and TOML by the file's extension. */
import { extname } from 'node:path';
import type { Problem, ProblemSource } from '../model/problem.ts';
import { type ConfigNode, mappingNode } from './node.ts';
import { parseToml } from './toml-document.ts';
import { parseYaml } from './yaml-document.ts';

export interface ParsedDocument {
  /** Without children when the text could not be read. */
  readonly document: ConfigNode;
  readonly problems: Problem[];
}

export function parseDocument(text: string, file: string): ParsedDocument {
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return extname(file).toLowerCase() === '.toml' ? parseToml(bare, file) : parseYaml(bare, file);
}

/** A tree from plain values that came by another way than a file of ours. */
export function documentOf(
  tree: unknown,
  placeOf: ProblemSource | ((path: string) => ProblemSource),
): ConfigNode {
  const place = typeof placeOf === 'function' ? placeOf : () => placeOf;
  return nodeOf(tree, '', '', place) ?? mappingNode('', place(''));
}

function nodeOf(
  native: unknown,
  name: string,
  path: string,
  placeOf: (path: string) => ProblemSource,
): ConfigNode | undefined {
  if (native === null || native === undefined) return undefined;
  const place = placeOf(path);
  const entries = entriesOf(native);
  if (!entries) return scalarNode(native, name, place);
  const children = entries.flatMap(
    ([key, value]) => nodeOf(value, key, path === '' ? key : `${path}.${key}`, placeOf) ?? [],
  );
  return { name, place, value: undefined, children, form: Array.isArray(native) ? 'sequence' : 'mapping' };
}

function scalarNode(written: unknown, name: string, place: ProblemSource): ConfigNode {
  const native = typeof written === 'bigint' ? Number(written) : written;
  return { name, place, value: String(written), children: [], form: 'scalar', native };
}

function entriesOf(native: unknown): [string, unknown][] | undefined {
  if (Array.isArray(native)) return native.map((item, index) => [`[${index}]`, item]);
  if (typeof native !== 'object' || native === null || native instanceof Date) return undefined;
  return Object.entries(native);
}
