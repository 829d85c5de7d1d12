import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkerPool } from '../../src/app/worker-pool.ts';
import type { WireRecord } from '../../src/model/wire.ts';
import type { Logger } from '../../src/observability/logger.ts';
import { Counters } from '../../src/observability/metrics/counters.ts';
import { Ledger } from '../../src/observability/metrics/ledger.ts';
import { Totals } from '../../src/observability/metrics/totals.ts';

interface Line {
  readonly level: string;
  readonly text: string;
  readonly fields: { readonly names?: string; readonly segments?: number; readonly error?: string };
}

/** Keeps lines and lets one wait for the next that is wanted. */
class Lines {
  readonly all: Line[] = [];
  #onLine = (): void => {};

  get log(): Logger {
    const line =
      (level: string) =>
      (text: string, fields: object = {}): void => {
        this.all.push({ level, text, fields });
        this.#onLine();
      };
    return {
      debug: line('debug'),
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
      child: () => this.log,
      reopen: () => {},
    };
  }

  async until(wanted: (all: readonly Line[]) => boolean): Promise<void> {
    while (!wanted(this.all))
      await new Promise<void>((resolve) => {
        this.#onLine = resolve;
      });
  }

  served(names: string): number {
    return this.all.filter(({ text, fields }) => text === 'serves' && fields.names === names).length;
  }
}

const record = (name: string): WireRecord =>
  ({ kind: 'middleware', name, hash: name, value: {} }) as unknown as WireRecord;

function poolOf(count: number): { pool: WorkerPool; lines: Lines; totals: Totals } {
  const lines = new Lines();
  const totals = new Totals();
  const counters = new Counters(new Ledger(totals.join()));
  const start = {
    entryPoints: [],
    udpEntryPoints: [],
    hopsMax: 4,
    terminatingStatus: 503,
    metrics: undefined,
  };
  const script = new URL('./mortal-worker.ts', import.meta.url);
  return { pool: new WorkerPool({ count, start, log: lines.log, counters, totals, script }), lines, totals };
}

test('a change counts when every worker serves it', async () => {
  const { pool, lines } = poolOf(3);
  await using _ = pool;
  await pool.apply({ put: [record('a'), record('b')], remove: [] });
  await pool.apply({ put: [record('c')], remove: [{ kind: 'middleware', name: 'a' }] });
  assert.equal(lines.served('a,b'), 3);
  assert.equal(lines.served('b,c'), 3);
});

test('changes are applied one after the other', async () => {
  const { pool, lines } = poolOf(2);
  await using _ = pool;
  await Promise.all(['a', 'b', 'c'].map((name) => pool.apply({ put: [record(name)], remove: [] })));
  assert.deepEqual(
    lines.all.filter(({ text }) => text === 'serves').map(({ fields }) => fields.names),
    ['a', 'a', 'a,b', 'a,b', 'a,b,c', 'a,b,c'],
  );
});

test('what no worker can build is told once', async () => {
  const { pool } = poolOf(3);
  await using _ = pool;
  const failures = await pool.apply({ put: [record('sound'), record('broken-one')], remove: [] });
  assert.deepEqual(
    failures.map(({ name }) => name),
    ['broken-one'],
  );
});

test('a worker that dies is replaced by one with the whole configuration', async () => {
  const { pool, lines, totals } = poolOf(2);
  await using _ = pool;
  await pool.apply({ put: [record('a')], remove: [] });
  await pool.listen();
  await pool.apply({ put: [record('b'), record('deadly')], remove: [] });
  await pool.apply({ put: [], remove: [{ kind: 'middleware', name: 'deadly' }] });
  await lines.until(() => lines.served('a,b') === 2);
  assert.equal(lines.all.filter(({ text }) => text.includes('has died')).length, 2);
  assert.deepEqual(
    totals.read().map(({ series, rows }) => [series.name, rows.get(1)?.[0]]),
    [['workers_replaced', 2]],
  );
  await pool.apply({ put: [record('c')], remove: [] });
  assert.equal(lines.served('a,b,c'), 2, 'and it takes part in what follows');
});

test('a replacement has the memory that was published while it was being made', async () => {
  const { pool, lines } = poolOf(1);
  await using _ = pool;
  await pool.apply({ put: [record('a'), record('deadly')], remove: [] });
  await pool.apply({ put: [], remove: [{ kind: 'middleware', name: 'deadly' }] });
  let published = 0;
  for (; lines.served('a') === 0; await new Promise(setImmediate))
    pool.publish((published += 1), new SharedArrayBuffer(4));
  await pool.apply({ put: [record('b')], remove: [] });
  assert.equal(lines.all.find(({ fields }) => fields.names === 'a,b')?.fields.segments, published);
});

test('a replacement that is being made when the program stops ends with the others', async () => {
  const { pool, lines } = poolOf(1);
  await pool.apply({ put: [record('a'), record('deadly')], remove: [] });
  await pool.apply({ put: [], remove: [{ kind: 'middleware', name: 'deadly' }] });
  await lines.until((all) => all.filter(({ text }) => text === 'begins').length === 2);
  await pool[Symbol.asyncDispose]();
  await lines.until(() => lines.served('a') === 1);
  await new Promise((done) => setTimeout(done, 50));
  assert.equal(pool.busySeconds().size, 0);
});
