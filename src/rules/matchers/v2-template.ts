import { quoteMeta } from '../../support/go-regexp.ts';
import { RuleMistake } from '../rule-problem.ts';

/** The pattern for `text` in which `{name:pattern}` and `{name}` stand for variable parts. Not anchored. */
export function templatePattern(text: string, partDefault: string): string {
  let pattern = '';
  for (const { literal, variable } of templateParts(text)) {
    pattern += quoteMeta(literal);
    if (variable === undefined) continue;
    const colon = variable.indexOf(':');
    const part = colon === -1 ? partDefault : variable.slice(colon + 1);
    if (colon === 0 || part === '') {
      throw new RuleMistake(`{${variable}} lacks a name or a pattern.`, { remedy: 'Write {name:pattern}.' });
    }
    pattern += `(?:${part})`;
  }
  return pattern;
}

/** Whether `text` has a part in braces as the rule syntax of version 2 knows it. */
export function looksLikeTemplate(text: string): boolean {
  return /\{[A-Za-z_]\w*(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}/.test(text);
}

function* templateParts(text: string): Generator<{ literal: string; variable?: string }> {
  let start = 0;
  let depth = 0;
  let literal = '';
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '{' && depth++ === 0) {
      literal = text.slice(start, index);
      start = index + 1;
    } else if (text[index] === '}' && --depth === 0) {
      yield { literal, variable: text.slice(start, index) };
      start = index + 1;
    }
    if (depth < 0) break;
  }
  if (depth !== 0) throw new RuleMistake(`The braces in "${text}" are not balanced.`);
  yield { literal: text.slice(start) };
}
