import type { ProblemSource } from '../model/problem.ts';

/**
 * One spelling of configuration for all: files, flags, variables and labels become trees of these, and one
 * decoder reads them.
 */
export interface ConfigNode {
  /** As written; an index of a list keeps its brackets. */
  readonly name: string;
  place: ProblemSource;
  /** What a leaf says. A node built from keys can have both a value and children. */
  value: string | undefined;
  readonly children: ConfigNode[];
  readonly form: NodeForm;
  /** What the file's own type was, for options without a type. */
  readonly native?: unknown;
}

/**
 * `key`: built from dotted names, so that lists are children named by index; `scalar`, `mapping`, `sequence`: from
 * a document that says itself what it is.
 */
export type NodeForm = 'key' | 'scalar' | 'mapping' | 'sequence';

export const mappingNode = (name: string, place: ProblemSource): ConfigNode => ({
  name,
  place,
  value: undefined,
  children: [],
  form: 'mapping',
});

/** Letter case does not count. */
export function childNamed(node: ConfigNode, name: string): ConfigNode | undefined {
  const folded = name.toLowerCase();
  return node.children.find((child) => child.name.toLowerCase() === folded);
}
