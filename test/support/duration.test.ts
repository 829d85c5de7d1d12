import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, parseDuration } from '../../src/support/duration.ts';

const readable: readonly [text: string, ms: number][] = [
  ['0', 0],
  ['5', 5_000],
  ['-1', -1_000],
  ['+3', 3_000],
  ['100ms', 100],
  ['1h2m3.5s', 3_723_500],
  ['1h0.5m', 3_630_000],
  ['.5s', 500],
  ['-1.5h', -5_400_000],
  ['250us', 0.25],
  ['250µs', 0.25],
  ['7ns', 7e-6],
];

for (const [text, ms] of readable)
  test(`${text} is ${ms} ms`, () => {
    assert.equal(parseDuration(text), ms);
  });

for (const text of ['', ' 5', '5 s', 's', '1d', '1h-2m', '1,5s', 'often', '-', '0x10', '1_000', '1.5'])
  test(`${JSON.stringify(text)} is no duration`, () => {
    assert.equal(parseDuration(text), undefined);
  });

const shown: readonly [ms: number, text: string][] = [
  [0, '0s'],
  [100, '100ms'],
  [1_500, '1.5s'],
  [60_000, '1m0s'],
  [3_600_000, '1h0m0s'],
  [3_723_500, '1h2m3.5s'],
  [-30_000, '-30s'],
  [0.25, '250µs'],
  [7e-6, '7ns'],
  [1.5, '1.5ms'],
];

for (const [ms, text] of shown)
  test(`${ms} ms is shown as ${text}, as Go does`, () => {
    assert.equal(formatDuration(ms), text);
    assert.equal(parseDuration(text), ms);
  });
