import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Handler } from '../../src/model/exchange.ts';
import { ElementGraph, type GraphChange } from '../../src/routing/worker/element-graph.ts';
import type { HandlerRecord } from '../../src/routing/worker/elements.ts';

const nothing: Handler = { handle: () => undefined };
let built: string[];
let graph: ElementGraph;

/** A service that balances over others; `fails` makes its building fail. */
function service(
  name: string,
  options: { over?: string[]; hash?: string; fails?: boolean } = {},
): HandlerRecord {
  const services = (options.over ?? []).map((each) => ({ name: each, weight: 1 }));
  const value = {
    type: 'weighted',
    value: { services, cell: undefined },
    middlewares: options.fails ? ['bad'] : [],
  };
  return { kind: 'service', name, hash: options.hash ?? '1', value } as HandlerRecord;
}

/** All steps at once. */
function done<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

function apply(change: Partial<GraphChange>): { failures: string[]; built: string[] } {
  built = [];
  const prepared = done(graph.prepare({ put: [], remove: [], ...change }));
  done(graph.commit(prepared));
  return { failures: prepared.failures.map(({ name, text }) => `${name}: ${text}`), built: built.toSorted() };
}

beforeEach(() => {
  graph = new ElementGraph((record, resolve) => {
    if (record.kind !== 'service' || record.value.type !== 'weighted') throw new Error('unexpected');
    if (record.value.middlewares.length > 0) throw new Error('no such thing');
    for (const { name } of record.value.value.services) resolve('service', name);
    built.push(record.name);
    return { kind: 'service', handler: nothing, release: () => undefined };
  });
});

test('an element is built after those it needs, in whatever order they come', () => {
  assert.deepEqual(apply({ put: [service('front', { over: ['a', 'b'] }), service('b'), service('a')] }), {
    failures: [],
    built: ['a', 'b', 'front'],
  });
});

test('a change rebuilds what was built from it and nothing else', () => {
  apply({
    put: [service('a'), service('b'), service('front', { over: ['a'] }), service('top', { over: ['front'] })],
  });
  const before = graph.get('service b');
  assert.deepEqual(apply({ put: [service('a', { hash: '2' })] }).built, ['a', 'front', 'top']);
  assert.equal(graph.get('service b'), before);
});

test('what cannot be built is told, with those that need it, and the others are unharmed', () => {
  const { failures, built: good } = apply({
    put: [service('bad', { fails: true }), service('front', { over: ['bad'] }), service('fine')],
  });
  assert.deepEqual(failures, ['bad: no such thing', 'front: the service "bad" could not be built']);
  assert.deepEqual(good, ['fine']);
});

test('what was missing heals its users when it comes', () => {
  assert.deepEqual(apply({ put: [service('front', { over: ['late'] })] }).failures, [
    'front: the service "late" does not exist',
  ]);
  assert.deepEqual(apply({ put: [service('late')] }), { failures: [], built: ['front', 'late'] });
});

test('what goes away is missed by its users', () => {
  apply({ put: [service('a'), service('front', { over: ['a'] })] });
  assert.deepEqual(apply({ remove: [{ kind: 'service', name: 'a' }] }).failures, [
    'front: the service "a" does not exist',
  ]);
  assert.equal(graph.get('service a'), undefined);
});

test('a circle is named and does not hang', () => {
  const { failures } = apply({ put: [service('a', { over: ['b'] }), service('b', { over: ['a'] })] });
  assert.equal(
    failures.some((text) => /refers to itself/.test(text)),
    true,
  );
});

test('what was prepared and not committed leaves no trace', () => {
  apply({ put: [service('a')] });
  done(graph.prepare({ put: [service('a', { hash: '2' })], remove: [] }));
  assert.equal(graph.get('service a')?.record.hash, '1');
});
