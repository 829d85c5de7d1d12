/** Trees from plain values. */
import type { ProblemSource } from '../model/problem.ts';
import { type ConfigNode, mappingNode } from './node.ts';

/**
 * Beyond it a tree is nobody's configuration; what lies deeper is replaced by a text, which no structure
 * takes.
 */
const depthMax = 64;

/** A tree from plain values that came by another way than a file of ours. */
export function documentOf(
  tree: unknown,
  placeOf: ProblemSource | ((path: string) => ProblemSource),
): ConfigNode {
  const place = typeof placeOf === 'function' ? placeOf : () => placeOf;
  return nodeOf(tree, { name: '', path: '', depth: 0, placeOf: place }) ?? mappingNode('', place(''));
}

interface Position {
  readonly name: string;
  readonly path: string;
  readonly depth: number;
  readonly placeOf: (path: string) => ProblemSource;
}

function nodeOf(native: unknown, { name, path, depth, placeOf }: Position): ConfigNode | undefined {
  if (native === null || native === undefined) return undefined;
  const place = placeOf(path);
  const entries = depth > depthMax ? undefined : entriesOf(native);
  if (!entries) return scalarNode(depth > depthMax ? 'nested too deeply' : native, name, place);
  const children = entries.flatMap(([key, value]) => {
    const below = path === '' ? key : `${path}.${key}`;
    return nodeOf(value, { name: key, path: below, depth: depth + 1, placeOf }) ?? [];
  });
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
