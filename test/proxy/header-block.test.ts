import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderBlock } from '../../src/proxy/header-block.ts';
import { LatestLines, LineText, RecurringLines } from '../../src/proxy/recurring-lines.ts';

const lines = 'Host: a\r\nx-a: 1\r\nX-B:2 \r\nX-A:\t3\r\n';

test('names are found without regard to case, values come without white space around', () => {
  const headers = new HeaderBlock(lines);
  assert.equal(headers.get('X-a'), '1');
  assert.deepEqual(headers.getAll('x-A'), ['1', '3']);
  assert.equal(headers.get('X-B'), '2');
  assert.equal(headers.get('X'), undefined);
  assert.equal(headers.has('x-b'), true);
});

test('an untouched field stays as it came', () => {
  const headers = new HeaderBlock(lines);
  headers.delete('Host');
  headers.append('X-C', '4');
  assert.equal(headers.lines, 'x-a: 1\r\nX-B:2 \r\nX-A:\t3\r\nX-C: 4\r\n');
});

test('set replaces all in the place of the first', () => {
  const headers = new HeaderBlock(lines);
  headers.set('X-A', '9');
  assert.deepEqual(
    [...headers],
    [
      ['Host', 'a'],
      ['X-A', '9'],
      ['X-B', '2'],
    ],
  );
});

test('delete takes all of a name', () => {
  const headers = new HeaderBlock(lines);
  headers.delete('X-A');
  assert.deepEqual(
    [...headers],
    [
      ['Host', 'a'],
      ['X-B', '2'],
    ],
  );
});

test('no value can end its line', () => {
  assert.throws(() => new HeaderBlock().append('X', 'a\r\nY: b'), /control character/);
  assert.throws(() => new HeaderBlock().set('X', 'a\0'), /control character/);
});

test('what latin1 cannot say is sent as UTF-8', () => {
  const headers = new HeaderBlock();
  headers.append('X', '\u010a');
  assert.equal(headers.lines, 'X: \xc4\x8a\r\n');
});

test('what is known of recurring lines counts until a block is edited, and again when it is restored', () => {
  const recurring = new RecurringLines(lines);
  for (let turn = 0; turn < 2; turn++) {
    const headers = new HeaderBlock(recurring);
    assert.deepEqual(
      [headers.get('X-B'), headers.has('X-C'), headers.getAll('x-a')],
      ['2', false, ['1', '3']],
    );
    headers.delete('X-B');
    headers.append('X-C', '4');
    assert.deepEqual([headers.has('X-B'), headers.get('X-C'), headers.get('X-A')], [false, '4', '1']);
    headers.restore(lines);
    assert.deepEqual([headers.get('X-B'), headers.has('X-C')], ['2', false]);
  }
});

test('a block is written as what it is', () => {
  const text = new LineText();
  const headers = new HeaderBlock(new RecurringLines(lines));
  headers.writeTo(text);
  headers.append('X-C', '4');
  headers.writeTo(text);
  assert.equal(text.text, `${lines}${lines}X-C: 4\r\n`);
});

test('lines recur when they come twice in a row', () => {
  const latest = new LatestLines();
  const seen = ['A: 1\r\n', 'A: 1\r\n', 'A: 1\r\n', 'A: 2\r\n', 'A: 1\r\n'].map((text) => latest.of(text));
  assert.deepEqual(
    seen.map((lines) => typeof lines),
    ['string', 'object', 'object', 'string', 'string'],
  );
  assert.equal(seen[1], seen[2]);
});
