import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChangeLoop, type PlannedChange } from '../../src/app/change-loop.ts';
import type { BuildFailure } from '../../src/model/wire.ts';
import type { Snapshot } from '../../src/providers/provider.ts';

interface Plan extends PlannedChange {
  readonly of: string;
}

const snapshot = (provider: string, problems: object[] = []): Snapshot =>
  ({ provider, problems }) as unknown as Snapshot;

/** Plans say which snapshots they were made of. */
function loopOf(apply: (plan: Plan) => Promise<readonly BuildFailure[]>) {
  const served: string[] = [];
  const faults: string[] = [];
  const plan = (of: string): Plan => ({ of, put: [{} as never], remove: [] });
  const loop = new ChangeLoop<Plan>({
    plan: (snapshots) => {
      const names = [...snapshots].map(({ provider, problems }) => provider + problems.length).join();
      if (names.includes('impossible')) throw new Error('cannot be planned');
      return plan(names);
    },
    planWithout: (failures) => plan(`without ${failures.map(({ name }) => name).join()}`),
    apply,
    onServed: ({ of }) => served.push(of),
    onFault: ({ message }) => faults.push(message),
    gatherMs: 0,
  });
  return { loop, served, faults };
}

test('what comes while a change is under way is the next change, as one', async () => {
  let finish = (): void => {};
  const { loop, served } = loopOf(
    () =>
      new Promise((resolve) => {
        finish = () => resolve([]);
      }),
  );
  loop.deliver(snapshot('docker'));
  void loop.flush();
  for (const problems of [[], [{}], [{}, {}]]) loop.deliver(snapshot('file', problems));
  finish();
  await new Promise(setImmediate);
  finish();
  await new Promise(setImmediate);
  assert.deepEqual(served, ['docker0', 'docker0,file2'], 'the last word of each counts');
});

test('what no worker can build is planned without', async () => {
  const failure: BuildFailure = { kind: 'router', name: 'r', text: 'no' };
  const { loop, served } = loopOf(async ({ of }) => (of.startsWith('without') ? [] : [failure]));
  loop.deliver(snapshot('docker'));
  await loop.flush();
  assert.deepEqual(served, ['without r']);
});

test('a plan that fails changes nothing and does not end it', async () => {
  const { loop, served, faults } = loopOf(async () => []);
  loop.deliver(snapshot('impossible'));
  await loop.flush();
  assert.deepEqual([served, faults], [[], ['cannot be planned']]);
  loop.refresh();
  await loop.flush();
  assert.equal(faults.length, 2);
});

test('nobody waits for what others say meanwhile', async () => {
  const rounds: (() => void)[] = [];
  const { loop, served } = loopOf(() => new Promise((resolve) => rounds.push(() => resolve([]))));
  loop.deliver(snapshot('docker'));
  const settled = loop.flush();
  loop.deliver(snapshot('file'));
  rounds[0]!();
  await settled;
  assert.deepEqual(served, ['docker0'], 'the next round is under way');
  rounds[1]!();
});

test('nothing is lost that comes in the moment a round ends', async () => {
  // Some turns of the queue of promises lie between the last answer of the workers and the end of the loop.
  for (let turns = 0; turns < 20; turns += 1) {
    const { loop, served } = loopOf(async () => []);
    loop.deliver(snapshot('docker'));
    void loop.flush();
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    loop.deliver(snapshot('file'));
    const endMs = performance.now() + 60_000;
    while (!served.includes('docker0,file0')) {
      assert.ok(performance.now() < endMs, `lost after ${turns} turns`);
      await new Promise(setImmediate);
    }
  }
});
