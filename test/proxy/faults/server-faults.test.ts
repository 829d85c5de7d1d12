/** Servers that fail in every way, seen by clients of both protocols and through two proxies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { faults } from './faults.ts';
import { scenes } from './scenes.ts';

const requests = 20;
/** Who answers is not to be taken for silent where the machine is busy with other things. */
const patienceMs = 2_000;

for (const [who, open] of Object.entries(scenes)) {
  for (const { name, serve, outcome } of faults) {
    test(`${who} before a server that ${name}: ${outcome}`, { timeout: 300_000 }, async () => {
      await using scene = await open({ serve, patienceMs });
      const asked = Array.from({ length: requests }, (_, index) =>
        scene.ask(index % 2 === 0 ? 'without a body' : 'with a body'),
      );
      const outcomes = await Promise.all(asked);
      assert.deepEqual(
        outcomes,
        outcomes.map(() => outcome),
      );
      // No connection is kept to a server that has behaved like this.
      for (let turns = 0; scene.open.size > 0 && turns < 1_000_000; turns++) await turn();
      assert.equal(scene.open.size, 0);
    });
  }
}

for (const [who, open] of Object.entries(scenes)) {
  test(`${who} before a server that answers before the request ends: its answer`, {
    timeout: 300_000,
  }, async () => {
    const answer = 'HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 3\r\n\r\nbig';
    await using scene = await open({ serve: (socket) => void socket.write(answer), patienceMs });
    const asked = Array.from({ length: requests }, () => scene.ask('with a part of a body'));
    assert.deepEqual(
      await Promise.all(asked),
      asked.map(() => 413),
    );
    for (let turns = 0; scene.open.size > 0 && turns < 1_000_000; turns++) await turn();
    assert.equal(scene.open.size, 0);
  });
}
