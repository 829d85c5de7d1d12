import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counters } from '../../src/observability/metrics/counters.ts';
import { Ledger } from '../../src/observability/metrics/ledger.ts';
import { type ThreadPages, Totals } from '../../src/observability/metrics/totals.ts';

/** What is read, as `name{labels} key numbers`. */
function shown(totals: Totals): string[] {
  return totals
    .read()
    .flatMap(({ series, rows }) =>
      [...rows].map(
        ([key, numbers]) =>
          `${series.name} ${Object.values(series.labels).join(' ')} ${key}: ${numbers.join(' ')}`,
      ),
    );
}

function counting(totals: Totals): { counters: Counters; ledger: Ledger; thread: ThreadPages } {
  const thread = totals.join();
  const ledger = new Ledger(thread);
  return { counters: new Counters(ledger), ledger, thread };
}

test('what several threads count is one number', () => {
  const totals = new Totals();
  for (const { counters } of [counting(totals), counting(totals)]) {
    counters.count('clients_refused', { entrypoint: 'web', reason: 'left' });
    counters.count('clients_refused', { reason: 'left', entrypoint: 'web' }, 2);
  }
  assert.deepEqual(shown(totals), ['clients_refused web left 1: 6']);
});

test('a counter keeps what threads that are no more have counted', () => {
  const totals = new Totals();
  for (let worker = 0; worker < 3; worker++) {
    const { counters, thread } = counting(totals);
    counters.count('workers_replaced', {});
    thread.ended();
  }
  assert.deepEqual(shown(totals), ['workers_replaced  1: 3']);
  assert.deepEqual(shown(totals), ['workers_replaced  1: 3'], 'however often it is read');
});

test('a gauge ends with the thread that counted it', () => {
  const totals = new Totals();
  const series = { name: 'open', labels: {}, isGauge: true };
  const [first, second] = [counting(totals), counting(totals)];
  first.ledger.open(series, { rows: 1, width: 2 }).words.set([1, 5]);
  second.ledger.open(series, { rows: 1, width: 2 }).words.set([1, 7]);
  assert.deepEqual(shown(totals), ['open  1: 12']);
  first.thread.ended();
  assert.deepEqual(shown(totals), ['open  1: 7']);
});

test('rows are added up by their key, in whatever order they were begun', () => {
  const totals = new Totals();
  const series = { name: 'requests', labels: { router: 'a@docker' } };
  const size = { rows: 3, width: 3 };
  const { ledger } = counting(totals);
  ledger.open(series, size).words.set([200, 1, 10, 404, 2, 20]);
  const late = counting(totals).ledger.open(series, size);
  late.words.set([404, 3, 30, 200, 4, 40]);
  assert.deepEqual(shown(totals), ['requests a@docker 200: 5 50', 'requests a@docker 404: 5 50']);
  late.close();
  assert.deepEqual(shown(totals), ['requests a@docker 404: 5 50', 'requests a@docker 200: 5 50']);
});

test('however many label values there are, they take a bounded number of series', () => {
  const totals = new Totals();
  const { counters } = counting(totals);
  for (let child = 0; child < 1500; child++)
    counters.count('child_failures', { child: `c${child}`, code: 'child-unreachable' });
  assert.equal(totals.read().length, 1001);
  assert.ok(shown(totals).includes('child_failures other other 1: 500'));
});
