import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderField } from '../../../src/proxy/http2/hpack/header-field.ts';
import { JoinedLines } from '../../../src/proxy/http2/joined-lines.ts';

const a = new HeaderField('a', '1');
const b = new HeaderField('b', '2');
const c = new HeaderField('c', '3');

const messages: [fields: HeaderField[], what: string][] = [
  [[], 'none'],
  [[a, b], 'the first'],
  [[a, b], 'the same again'],
  [[a, c], 'another at the end'],
  [[a], 'fewer'],
  [[a, b, c], 'more'],
  [[c, a, b], 'another order'],
  [[], 'none after some'],
  [[new HeaderField('a', '1')], 'one that is equal'],
];

test('lines are those of the fields of this message, whatever the last one had', () => {
  const joined = new JoinedLines();
  for (const [fields, what] of messages) {
    joined.clear();
    for (const field of fields) joined.add(field);
    assert.equal(joined.text, fields.map(({ line }) => line).join(''), what);
  }
});

test('fields of a message whose lines nobody has asked for are not taken for those of the one before', () => {
  const joined = new JoinedLines();
  for (const { fields, asked } of [
    { fields: [a, b], asked: true },
    { fields: [c], asked: false },
    { fields: [c], asked: true },
    { fields: [], asked: false },
    { fields: [c, b], asked: true },
  ]) {
    joined.clear();
    for (const field of fields) joined.add(field);
    if (asked) assert.equal(joined.text, fields.map(({ line }) => line).join(''));
  }
});
