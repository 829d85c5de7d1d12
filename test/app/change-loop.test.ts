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
  const settled = loop.flush();
  for (const problems of [[], [{}], [{}, {}]]) loop.deliver(snapshot('file', problems));
  finish();
  await new Promise(setImmediate);
  finish();
  await settled;
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
