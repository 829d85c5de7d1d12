import assert from 'node:assert/strict';
import test from 'node:test';
import { Memo, Tracker } from '../../src/routing/control/memo.ts';

/** Sums over a graph of numbers: each is its own plus those it names. */
function sums(graph: Record<string, { own: number; of: string[] }>) {
  const tracker = new Tracker();
  const log: string[] = [];
  const memo: Memo<number> = new Memo({
    tracker,
    onMade: () => log.push('made'),
    onForgotten: () => log.push('forgotten'),
  });
  const sum = (name: string): number =>
    memo.get(
      name,
      () => graph[name]!.of.reduce((total, each) => total + sum(each), graph[name]!.own),
      () => 0,
    );
  return { graph, tracker, memo, sum, log };
}

test('a result is made once, whoever asks', () => {
  const { sum, log } = sums({ a: { own: 1, of: ['c'] }, b: { own: 2, of: ['c'] }, c: { own: 4, of: [] } });
  assert.deepEqual([sum('a'), sum('b'), sum('c')], [5, 6, 4]);
  assert.equal(log.length, 3);
});

test('forgetting one forgets all that were made out of it, and nothing else', () => {
  const { graph, memo, sum } = sums({
    a: { own: 1, of: ['b'] },
    b: { own: 2, of: [] },
    other: { own: 8, of: [] },
  });
  sum('a');
  sum('other');
  graph.b!.own = 3;
  memo.forget('b');
  assert.deepEqual([...memo.values.keys()], ['other']);
  assert.equal(sum('a'), 4);
});

test('what nobody uses any more is swept away, and what is used again stays', () => {
  const { graph, tracker, memo, sum } = sums({
    root: { own: 0, of: ['a', 'b'] },
    a: { own: 1, of: [] },
    b: { own: 2, of: [] },
  });
  sum('root');
  graph.root!.of = ['b'];
  memo.forget('root');
  sum('root');
  tracker.sweep();
  assert.deepEqual([...memo.values.keys()].sort(), ['b', 'root']);
});

test('a ring ends where it closes, and is made anew when one of its members changes', () => {
  const { graph, memo, sum } = sums({ a: { own: 1, of: ['b'] }, b: { own: 2, of: ['a'] } });
  assert.equal(sum('a'), 3);
  graph.b!.of = [];
  memo.forget('a');
  assert.deepEqual([...memo.values.keys()], []);
  assert.equal(sum('a'), 3);
});
