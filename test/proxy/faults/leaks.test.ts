/** Thousands of failures and abandoned requests leave no connection and no memory behind. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { faults } from './faults.ts';
import { type Scene, scenes } from './scenes.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
const growthMax = 2_000_000;
const atOnce = 100;

/** How far an answer gets before its client loses interest. */
const beginnings = [
  '',
  'HTTP/1.1 200 OK\r\nContent-Le',
  'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nbeginning',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
];

for (const [who, open] of Object.entries(scenes)) {
  test(`servers that fail leave nothing behind: ${who}`, { timeout: 600_000 }, async () => {
    let served = 0;
    await using scene = await open({
      serve: (socket) => faults[served++ % faults.length]!.serve(socket),
      patienceMs: 300,
    });
    await assertLevel(scene, async () => {
      await Promise.all(Array.from({ length: atOnce }, () => scene.ask('with a body')));
    });
  });

  test(`requests that are taken back leave nothing behind: ${who}`, { timeout: 600_000 }, async () => {
    let begun = 0;
    await using scene = await open({
      serve: (socket) => void socket.write(beginnings[begun++ % beginnings.length]!),
      patienceMs: 300,
    });
    await assertLevel(scene, async () => {
      const expected = begun + atOnce;
      const takeBack = Array.from({ length: atOnce }, (_, index) => scene.begin(index % 2 === 0));
      while (begun < expected) await turn();
      for (const abort of takeBack) abort();
      await empty(scene.open);
      scene.renew?.();
    });
  });
}

/** After some rounds to warm up, many more must not make a difference. */
async function assertLevel(scene: Scene, round: () => Promise<void>): Promise<void> {
  for (let count = 0; count < 5; count++) await round();
  const before = await level(scene);
  for (let count = 0; count < 10; count++) await round();
  const after = await level(scene);
  assert.equal(after.handles, before.handles);
  assert.ok(after.bytes - before.bytes < growthMax, `${after.bytes - before.bytes} bytes more`);
}

async function level({ open }: Scene): Promise<{ handles: number; bytes: number }> {
  await empty(open);
  const handles = await settled();
  collectGarbage();
  return { handles, bytes: process.memoryUsage().heapUsed };
}

/** Sockets that are left when no more of them close: how soon the system tells of it depends on what else it does. */
async function settled(): Promise<number> {
  const count = () => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;
  for (let before = Infinity; ; ) {
    const now = count();
    if (now === before) return now;
    before = now;
    await pause(100);
  }
}

/** Waits until the server has no connection any more. */
async function empty(open: ReadonlySet<Socket>): Promise<void> {
  while (open.size > 0) await turn();
}
