import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, askUntil } from './client.ts';
import { EndlessServer } from './endless-answer.ts';
import { type PairingNode, PairingNodes } from './pairing-nodes.ts';

/** Sets the time of day of one process, OpenSSL's view of it included. */
const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
const skip = library === undefined && 'libfaketime is not installed';

const clock = (minutes: number) => ({
  LD_PRELOAD: library!,
  FAKETIME: `${minutes < 0 ? '' : '+'}${minutes}m`,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
});

const question = ({ web }: PairingNode) => ({ port: web, headers: { Host: 'shop.test' } });

/** Two nodes that have paired, the clock of the child being wrong by so many minutes. */
async function pair(stack: AsyncDisposableStack, minutes: number) {
  const { url } = stack.use(await new EndlessServer().listen());
  const nodes = stack.use(new PairingNodes());
  const child = await nodes.start({
    name: 'child',
    env: clock(minutes),
    http: {
      routers: { one: { rule: 'PathPrefix(`/`)', service: 'one', uplinks: ['shop'] } },
      services: { one: { loadBalancer: { servers: [{ url }] } } },
    },
  });
  const parent = await nodes.start({
    name: 'parent',
    http: { routers: { shop: { rule: 'Host(`shop.test`)', service: 'shop@multicluster' } } },
  });
  const invitation = await child.program.pair(
    'invite',
    '--address',
    `127.0.0.1:${child.uplink}`,
    '--expires',
    '2h',
  );
  await parent.program.pair('join', invitation);
  return { child, parent };
}

describe('the clock of a child', { skip, timeout: 600_000 }, () => {
  for (const minutes of [-10, 10])
    test(`may be wrong by ${minutes} minutes; that is told`, async () => {
      await using stack = new AsyncDisposableStack();
      const { parent } = await pair(stack, minutes);
      assert.equal((await askUntil(question(parent), 200)).status, 200);
      while (!/clock-differs/.test(parent.program.log)) await sleep(50);
      assert.match(parent.program.log, minutes < 0 ? /10 min behind/ : /10 min ahead/);
    });

  test('that is slow by more than certificates reach back refuses, and says by how much', async () => {
    await using stack = new AsyncDisposableStack();
    const { child, parent } = await pair(stack, -40);
    while (!/certificate-not-yet-valid/.test(child.program.log)) await sleep(50);
    assert.match(child.program.log, /1[45]\d\d s from now/);
    assert.notEqual((await ask(question(parent))).status, 200);
  });
});
