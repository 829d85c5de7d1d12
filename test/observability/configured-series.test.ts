import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfiguredSeries } from '../../src/observability/metrics/configured-series.ts';
import { counterFamilies } from '../../src/observability/metrics/counter-families.ts';
import { Counters } from '../../src/observability/metrics/counters.ts';
import { Ledger } from '../../src/observability/metrics/ledger.ts';
import { textFormat } from '../../src/observability/metrics/text-format.ts';
import { Totals } from '../../src/observability/metrics/totals.ts';
import { answering, MeteredScene } from './metered-scene.ts';

test('a router that has gone is told once more, and again when it comes back', () => {
  const scene = new MeteredScene({ entryPoints: false });
  scene.ask(scene.route(answering(200)));
  const series = new ConfiguredSeries(scene.totals);
  const here = { routers: new Set(['r@file']), services: new Set(['s@file']) };
  const gone = { routers: new Set<string>(), services: new Set(['s@file']) };
  const told = (names: typeof here) => series.read(names).map((total) => total.series.name);
  assert.deepEqual(told(here), ['service', 'router']);
  assert.deepEqual(told(gone), ['service', 'router']);
  assert.deepEqual(told(gone), ['service']);
  assert.deepEqual(told(here), ['service', 'router']);
});

test('when nobody asks, what has gone is forgotten after some time', () => {
  const totals = new Totals();
  for (let count = 0; count < 10_001; count++) {
    const thread = totals.join();
    const labels = { service: `s${count}@docker` };
    new Ledger(thread).open({ name: 'service', labels }, { rows: 1, width: 2 }).words.set([1, 1]);
    thread.ended();
  }
  const series = new ConfiguredSeries(totals);
  series.prune(() => ({ routers: new Set(), services: new Set(['s7@docker']) }));
  assert.equal(totals.pastSize, 1);
});

test('counters are told by their full name; without labels from the beginning', () => {
  const totals = new Totals();
  const told = () => textFormat(counterFamilies(totals.read())).split('\n');
  assert.ok(told().includes('fairlead_workers_replaced_total 0'));
  new Counters(new Ledger(totals.join())).count('clients_refused', { entrypoint: 'web', reason: 'left' });
  assert.ok(told().includes('fairlead_clients_refused_total{entrypoint="web",reason="left"} 1'));
});

test('label values are written so that they can be read', () => {
  const labels = { sans: 'a "b"\\c\nd' };
  const text = textFormat([
    { name: 'x', type: 'gauge', help: 'One.', samples: [{ labels, value: Number.POSITIVE_INFINITY }] },
    { name: 'y', type: 'gauge', help: 'None.', samples: [] },
  ]);
  assert.equal(text, '# HELP x One.\n# TYPE x gauge\nx{sans="a \\"b\\"\\\\c\\nd"} +Inf\n');
});
