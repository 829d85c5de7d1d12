import type { ConfigNode } from '../../config/node.ts';
import type { Problem } from '../../model/problem.ts';

const placeholder = /\$\{\w+\}|\$[A-Z][A-Z_]{2,}\b/;

/** Compose fills in variables in its own file only; nobody does it in a file that is mounted. */
export function unfilledPlaceholders(node: ConfigNode): Problem[] {
  const found = placeholder.exec(node.value ?? '');
  const below = node.children.flatMap(unfilledPlaceholders);
  return found ? [unfilled(node, found[0]), ...below] : below;
}

const unfilled = (node: ConfigNode, name: string): Problem => ({
  code: 'unfilled-placeholder',
  severity: 'warning',
  source: node.place,
  text: `${name} in ${node.name} stays as it is: variables are not filled in in this file.`,
  remedy: 'Write the value, or give the whole configuration by flags in the Compose file.',
});
