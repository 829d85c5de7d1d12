import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyedHash } from '../../src/support/keyed-hash.ts';

/** Of the reference (key 00 01 … 07), over UTF-16 with the lower byte first; the first is its own first vector. */
const vectors: readonly (readonly [string, string])[] = [
  ['', '218d1f59b9b83cc8'],
  ['a', '198a402ab3f79e2f'],
  ['192.0.2.7', '840d62d86f925b6f'],
  ['2001:db8::1', '1cd035517aec9357'],
  ['Grüße, 世界', '9066d50e0923db9b'],
  ['x'.repeat(200), 'c894d05c33c2144d'],
];

function written(text: string, key0: number, key1: number): string {
  const { high, low } = keyedHash(text, key0, key1);
  const bytes = Buffer.alloc(8);
  bytes.writeInt32LE(high, 0);
  bytes.writeInt32LE(low, 4);
  return bytes.toString('hex');
}

test('it is HalfSipHash-2-4', () => {
  for (const [text, expected] of vectors) assert.equal(written(text, 0x03020100, 0x07060504), expected);
});

test('another key is another hash', () => {
  assert.notEqual(written('192.0.2.7', 1, 2), written('192.0.2.7', 1, 3));
});
