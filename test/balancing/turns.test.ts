import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HealthFlags, healthFlagWords } from '../../src/balancing/health-flags.ts';
import { ServerTurns, ServiceTurns, type Turns } from '../../src/balancing/turns.ts';

let time = 0;
const now = () => time;
const servers = (...names: string[]) =>
  new ServerTurns({ parts: names.map((value) => ({ value, weight: 1 })), cell: undefined, now });
const services = (...parts: [Turns<string>, number][]) =>
  new ServiceTurns({ parts: parts.map(([value, weight]) => ({ value, weight })), cell: undefined, now });
const row = (turns: Turns<string>, count: number) =>
  Array.from({ length: count }, () => turns.next(true)?.server ?? '-').join('');

test('a server to avoid loses its turns for a second', () => {
  const turns = servers('a', 'b', 'c');
  assert.equal(row(turns, 3), 'abc');
  turns.next(true)?.avoid();
  assert.equal(row(turns, 4).includes('a'), false);
  time += 1000;
  assert.equal(row(turns, 6).includes('a'), true);
});

test('when none is left, a new connection tries one all the same, a second attempt does not', () => {
  const turns = servers('a');
  turns.next(true)?.avoid();
  assert.equal(turns.next(false), undefined);
  assert.equal(turns.next(true)?.server, 'a');
});

test('a service without a server that can be reached is passed over', () => {
  const [one, other] = [servers('a'), servers('b')];
  const turns = services([one, 3], [other, 1], [servers(), 5]);
  assert.equal([...row(turns, 8)].sort().join(''), 'aaaaaabb');
  one.next(true)?.avoid();
  assert.equal(row(turns, 4), 'bbbb');
  other.next(true)?.avoid();
  assert.equal(turns.next(false), undefined);
});

test('a server that is known to be down has no turn, whatever else cannot be reached', () => {
  const flags = new HealthFlags(new Int32Array(new SharedArrayBuffer(4 * healthFlagWords(2))));
  const parts = ['a', 'b'].map((value) => ({ value, weight: 1 }));
  const turns = new ServerTurns({ parts, cell: undefined, well: flags, now });
  flags.set(0, false);
  assert.equal(row(turns, 3), 'bbb');
  turns.next(true)?.avoid();
  assert.equal(turns.next(false), undefined);
  assert.equal(row(turns, 2), 'bb');
  flags.set(1, false);
  assert.equal(row(turns, 1), '-');
  assert.equal(row(services([turns, 1], [servers('c'), 1]), 2), 'cc');
  const shy = servers('d');
  shy.next(true)?.avoid();
  assert.equal(row(services([turns, 1], [shy, 1]), 3), 'ddd', 'who may be well is tried before who is not');
  flags.set(0, true);
  assert.equal(row(turns, 2), 'aa');
});

test('without servers there are no turns', () => {
  assert.equal(servers().next(true), undefined);
  assert.equal(services().next(true), undefined);
});
