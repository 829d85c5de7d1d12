import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Discovery } from '../../src/app/discovery.ts';
import type { Snapshot } from '../../src/providers/provider.ts';
import { emptyConfiguration } from '../../src/routing/schema/dynamic-configuration.ts';

const snapshot = (provider: string, isPreliminary = false): Snapshot => ({
  provider,
  configuration: emptyConfiguration(),
  problems: [],
  origins: new Map(),
  isPreliminary,
});

test('discovery is over when what every provider found is served', async () => {
  const discovery = new Discovery(() => 0);
  assert.equal(discovery.isOver, false);
  discovery.expect(['docker', 'file']);
  discovery.served([snapshot('file')]);
  assert.equal(discovery.isOver, false);
  discovery.served([snapshot('file'), snapshot('docker', true)]);
  assert.equal(discovery.isOver, false);
  discovery.served([snapshot('file'), snapshot('docker')]);
  assert.equal(discovery.isOver, true);
  await discovery.over;
});

test('a node without providers has nothing to discover', () => {
  const discovery = new Discovery(() => 0);
  discovery.expect([]);
  assert.equal(discovery.isOver, true);
});

test('a source that is not seen keeps back the others for a while, and no longer', () => {
  let nowMs = 5_000;
  const discovery = new Discovery(() => nowMs);
  discovery.expect(['docker']);
  nowMs += 29_999;
  assert.equal(discovery.isOver, false);
  nowMs += 1;
  assert.equal(discovery.isOver, true);
});
