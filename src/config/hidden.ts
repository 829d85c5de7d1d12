import type { Problem } from '../model/problem.ts';
import type { ConfigNode } from './node.ts';
import type { Option } from './option-tree.ts';

/** Options that labels may name without effect: names below them must exist, values may be anything. */
export function checkNames(option: Option, node: ConfigNode, path: string): Problem[] {
  return node.children.flatMap((child) => {
    const place = `${path}.${child.name}`;
    switch (option.kind) {
      case 'structure': {
        const field = option.labelField(child.name) ?? option.field(child.name);
        return field ? checkNames(field.option, child, place) : [unknownName(child, path)];
      }
      case 'structures':
      case 'map':
        return checkNames(option.element as Option, child, place);
      case 'free':
        return [];
      case 'list':
        return child.children.length === 0 ? [] : [unknownName(child, path)];
      default:
        return [unknownName(child, path)];
    }
  });
}

const unknownName = (node: ConfigNode, path: string): Problem => ({
  code: 'unknown-option',
  severity: 'error',
  source: node.place,
  text: `There is no option "${node.name}" in ${path}.`,
});
