import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusalLog } from '../../src/entry-points/refusal-log.ts';

test('a flood of refused clients is counted instead of written', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const log = new RefusalLog({ warn: (text) => void lines.push(text), debug: assert.fail }, () => nowMs);
  const refuse = (reason: string) =>
    log.add(reason, { entryPointName: 'uplink', client: '192.0.2.7', text: 'it showed no certificate' });
  for (let count = 0; count < 25; count++) refuse('no-certificate');
  refuse('wrong-authority');
  assert.equal(lines.length, 11, 'each reason has lines of its own');
  nowMs = 1000;
  refuse('no-certificate');
  assert.deepEqual(lines.slice(11), [
    '15 more clients were turned away for the same reason.',
    'A client was turned away: it showed no certificate.',
  ]);
});

test('what is no cause for worry is written for those who ask for details', () => {
  const lines: string[] = [];
  const log = new RefusalLog({ warn: assert.fail, debug: (text) => void lines.push(text) });
  log.add('left', { entryPointName: 'web', client: '192.0.2.7', text: 'it left', quiet: true });
  assert.deepEqual(lines, ['A client was turned away: it left.']);
});
