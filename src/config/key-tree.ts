import type { Problem, ProblemSource } from '../model/problem.ts';
import { childNamed, type ConfigNode } from './node.ts';

/** A dotted name with its value, as labels, flags and variables give them. */
export interface KeyedValue {
  readonly key: string;
  readonly value: string;
  readonly place: ProblemSource;
}

/** No option lies deeper; a longer name is a mistake or an attack on the stack. */
const depthMax = 64;

/** The pieces of a dotted name, an index as a piece of its own; or what is wrong with it. */
export function splitKey(key: string): { pieces: string[] } | { fault: string } {
  const pieces: string[] = [];
  for (const piece of key.split('.')) {
    if (piece === '') return { fault: 'a piece between two dots is empty' };
    if (piece.startsWith('[')) return { fault: 'an index belongs right after a name, without a dot' };
    const bracket = piece.endsWith(']') ? piece.indexOf('[') : -1;
    if (piece.endsWith(']') && bracket < 0) return { fault: 'there is a "]" without "["' };
    if (bracket < 0) pieces.push(piece);
    else pieces.push(piece.slice(0, bracket), piece.slice(bracket));
  }
  return pieces.length > depthMax ? { fault: 'it has too many pieces' } : { pieces };
}

/** Bytewise, upper case before lower: the spelling and the order met first are the ones kept. */
export function byKey(left: KeyedValue, right: KeyedValue): number {
  return Buffer.compare(Buffer.from(left.key), Buffer.from(right.key));
}

/** A tree of keys whose mistakes are told by their places. */
export function keyTree(
  values: readonly KeyedValue[],
  root: ConfigNode,
): { tree: ConfigNode; problems: Problem[] } {
  const problems: Problem[] = [];
  for (const keyed of values.toSorted(byKey)) {
    const split = splitKey(keyed.key);
    if ('fault' in split) problems.push(malformed(keyed, split.fault));
    else insert(root, split.pieces, keyed);
  }
  return { tree: root, problems };
}

export const malformed = ({ key, place }: KeyedValue, fault: string): Problem => ({
  code: 'malformed-name',
  severity: 'error',
  source: place,
  text: `The name ${place.label ?? place.flag ?? place.variable ?? key} cannot be read: ${fault}.`,
});

export const keyNode = (name: string, place: ProblemSource): ConfigNode => ({
  name,
  place,
  value: undefined,
  children: [],
  form: 'key',
});

/** Names that differ in letter case only are one. */
export function insert(root: ConfigNode, pieces: readonly string[], { value, place }: KeyedValue): void {
  let node = root;
  for (const piece of pieces) node = childOf(node, piece, place);
  node.value = value;
  node.place = place;
}

function childOf(node: ConfigNode, name: string, place: ProblemSource): ConfigNode {
  const present = childNamed(node, name);
  if (present) return present;
  const child = keyNode(name, place);
  node.children.push(child);
  return child;
}
