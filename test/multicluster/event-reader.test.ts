import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventReader, type ServerEvent } from '../../src/providers/multicluster/event-reader.ts';

const tooLarge = new Error('too large');

function read(chunks: readonly string[], bytesMax = 1_000): string[] {
  const reader = new EventReader({ bytesMax, tooLarge });
  return chunks.flatMap((chunk) => reader.read(Buffer.from(chunk))).map(shown);
}

const shown = ({ type, data }: ServerEvent) => (type === 'message' ? data : `${type}: ${data}`);

const streams: [what: string, text: string, events: string[]][] = [
  ['one event', 'id: 7\ndata: [1]\n\n', ['[1]']],
  ['two events', 'data: a\n\ndata: b\n\n', ['a', 'b']],
  ['data in several lines', 'data: a\ndata: b\n\n', ['a\nb']],
  ['no space, and a second one', 'data:a\n\ndata:  b\n\n', ['a', ' b']],
  ['line ends of the other kind', 'data: a\r\n\r\n', ['a']],
  ['letters of several bytes', 'data: größe ✓\n\n', ['größe ✓']],
  ['a sign of life', ':\n\n: still here\n\n', []],
  ['a type that is known', 'event: message\ndata: a\n\n', ['a']],
  ['types of their own', 'event: other\ndata: a\n\ndata: b\n\n', ['other: a', 'b']],
  ['a type without data', 'event: other\n\ndata: b\n\n', ['b']],
  ['fields of a later version', 'retry: 9\nfield\n: note\ndata: a\n\n', ['a']],
  ['an event that has not ended', 'data: a\n', []],
  ['an event without data', 'id: 1\n\n', []],
];

test('events are read from bytes, however those are cut', () => {
  for (const [what, text, events] of streams) {
    assert.deepEqual(read([text]), events, what);
    const bytes = [...Buffer.from(text)];
    const reader = new EventReader({ bytesMax: 1_000, tooLarge });
    const oneByOne = bytes.flatMap((byte) => reader.read(Buffer.of(byte))).map(shown);
    assert.deepEqual(oneByOne, events, what);
  }
});

test('what one event may hold has a limit, in whatever it grows', () => {
  assert.throws(() => read(['data: '.padEnd(60, 'x')], 50), tooLarge);
  assert.throws(() => read(Array(20).fill('data: xy\n'), 50), tooLarge);
  assert.throws(() => read([':'.padEnd(60, 'x')], 50), tooLarge);
});

test('what is not kept does not count', () => {
  assert.deepEqual(read([...Array(20).fill(': still here\n'), 'data: a\n\n'], 50), ['a']);
  assert.deepEqual(read(Array(20).fill('data: a\n\n'), 50).length, 20);
});
