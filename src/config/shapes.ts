import { parseBoolean } from '../support/booleans.ts';
import type { ConfigNode } from './node.ts';

/** A structure that may be a leaf is off when the leaf says anything but true, whatever stands below it. */
export function isSwitchedOff(node: ConfigNode): boolean {
  if (node.value === undefined || node.value === '') return false;
  return node.form === 'scalar' ? parseBoolean(node.value) !== true : node.value.toLowerCase() !== 'true';
}

/** Below a map of single values dots belong to the name: `headers.X.Y=1` is the header `X.Y`. */
export function joinedKeys(node: ConfigNode): ConfigNode[] {
  const joined = node.children.flatMap(joinedKeys).map((child) => {
    const dot = child.name.startsWith('[') ? '' : '.';
    return { ...child, name: node.name + dot + child.name };
  });
  if (node.value !== undefined) joined.unshift({ ...node, children: [] });
  return joined;
}

/** A tree without a schema: keys keep their case, leaves of labels stay texts, indices become lists. */
export function decodeFree(node: ConfigNode): unknown {
  if (node.form === 'scalar') return node.native;
  if (node.form === 'sequence') return node.children.map(decodeFree);
  if (node.form === 'key' && node.children.length === 0) return node.value;
  if (node.children.length > 0 && node.children.every((child) => child.name.startsWith('[')))
    return node.children.map(decodeFree);
  return Object.fromEntries(node.children.map((child) => [child.name, decodeFree(child)]));
}
