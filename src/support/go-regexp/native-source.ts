import { setSource } from './character-set.ts';
import { isLinear } from './linearity.ts';
import { type Part, readSimplePattern } from './simple-pattern.ts';

/**
 * The same pattern for the platform's regular expressions (with the flag `u`), or undefined when its meaning
 * might differ there or backtracking might take long.
 */
export function nativeSource(pattern: string): string | undefined {
  const simple = readSimplePattern(pattern);
  if (simple === undefined || !isLinear(simple)) return undefined;
  return simple.anchored ? `^(?:${source(simple.part)})` : source(simple.part);
}

function source(part: Part): string {
  switch (part.kind) {
    case 'set':
      return setSource(part.set);
    case 'end':
      return '$';
    case 'sequence':
      return part.parts.map(source).join('');
    case 'choice':
      return `(?:${part.options.map(source).join('|')})`;
    case 'group':
      return `(${part.name === undefined ? '' : `?<${part.name}>`}${source(part.part)})`;
    case 'repeat':
      return `${operand(part.part)}{${part.min},${part.max === Number.POSITIVE_INFINITY ? '' : part.max}}${part.lazy ? '?' : ''}`;
  }
}

function operand(part: Part): string {
  return part.kind === 'sequence' || part.kind === 'repeat' ? `(?:${source(part)})` : source(part);
}
