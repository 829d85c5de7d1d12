import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from '../properties.ts';
import type { Expression } from '../../src/rules/expression/expression.ts';
import { parseExpression } from '../../src/rules/expression/parse-expression.ts';
import { RuleMistake } from '../../src/rules/rule-problem.ts';

/** What Go's parser makes of each rule; null where it refuses. */
const cases: { rule: string; tree: string | null }[] = JSON.parse(
  readFileSync(new URL('grammar.json', import.meta.url), 'utf8'),
);

function shown(expression: Expression): string {
  if (expression.kind === 'call') return expression.name + JSON.stringify(expression.args);
  if (expression.kind === 'not') return `not(${shown(expression.operand)})`;
  return expression.operands.map(shown).reduce((left, right) => `(${left} ${expression.kind} ${right})`);
}

function read(rule: string): string | null {
  try {
    return shown(parseExpression(rule));
  } catch (error) {
    assert.ok(error instanceof RuleMistake);
    assert.ok(error.offset !== undefined && error.offset <= rule.length);
    return null;
  }
}

for (const { rule, tree } of cases) {
  test(`${JSON.stringify(rule)} is ${tree === null ? 'refused' : 'read'} as in Go`, () => {
    assert.equal(read(rule)?.toLowerCase(), tree?.toLowerCase());
  });
}

test('any text is read or refused, never a fault', () => {
  const pieces = fc.constantFrom(
    'Host',
    '(',
    ')',
    '`a`',
    '"b"',
    '&&',
    '||',
    '!',
    ',',
    '\n',
    ' ',
    "'",
    '\\',
    '/*',
    '*/',
    '"',
  );
  fc.assert(fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => void read(parts.join(''))));
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void read(text)));
});

test('nesting has a limit', () => {
  assert.equal(read(`${'('.repeat(100_000)}`), null);
  assert.equal(read(`${'!'.repeat(100_000)}Host(\`a\`)`), null);
});
