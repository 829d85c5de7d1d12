import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'node:test';
import type { Container } from '../../../src/providers/docker/container.ts';
import type { EngineEvent } from '../../../src/providers/docker/engine/event-stream.ts';
import { type Connection, EngineWatch } from '../../../src/providers/docker/engine/engine-watch.ts';
import { Backoff } from '../../../src/support/backoff.ts';
import type { Clock } from '../../../src/support/clock.ts';

/** An engine of a few lines, whose every answer the test decides. */
class ScriptedEngine {
  readonly containers = new Map<string, string>();
  readonly asked: string[] = [];
  reachable = true;
  dials = 0;
  /** Runs in the moment before the list is answered. */
  beforeList: () => void = () => {};
  #streams = new Set<(events: EngineEvent[] | 'end') => void>();

  tell(action: string, container: string): void {
    for (const stream of this.#streams) stream([{ action, container }]);
  }

  cut(): void {
    for (const stream of this.#streams) stream('end');
  }

  async dial(): Promise<Connection> {
    this.dials += 1;
    if (!this.reachable) throw new Error('nobody listens');
    return {
      events: async (signal) => this.#stream(signal),
      list: async () => {
        this.asked.push('list');
        const answer = [...this.containers].map(([id, status]) => ({ id, fingerprint: status }));
        this.beforeList();
        return answer;
      },
      inspect: async (id) => {
        this.asked.push(`inspect ${id}`);
        const status = this.containers.get(id);
        return status === undefined ? undefined : container(id, status);
      },
      close: () => {},
    };
  }

  #stream(signal: AbortSignal): AsyncIterable<EngineEvent[]> {
    const waiting: (EngineEvent[] | 'end')[] = [];
    let wake = () => {};
    const receive = (events: EngineEvent[] | 'end') => {
      waiting.push(events);
      wake();
    };
    this.#streams.add(receive);
    signal.addEventListener('abort', () => receive('end'));
    const streams = this.#streams;
    return (async function* () {
      for (;;) {
        while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const next = waiting.shift();
        if (next === 'end' || next === undefined) {
          streams.delete(receive);
          return;
        }
        yield next;
      }
    })();
  }
}

function container(id: string, status: string): Container {
  const empty = { health: '', labels: {}, networkMode: '', networks: [], ports: [], created: '' };
  return { id, name: id, status, ...empty };
}

/** Time that passes only when the test says so. */
class ManualClock implements Clock {
  #now = 0;
  #sleepers: { at: number; wake: () => void }[] = [];
  readonly naps: number[] = [];

  now = () => this.#now;

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.naps.push(ms);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal.reason);
      };
      const wake = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper = { at: this.#now + ms, wake };
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  /** Wakes sleepers one after the other, in order, and lets what they start come to rest. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await rest();
    for (;;) {
      const next = this.#sleepers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#now = next.at;
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      next.wake();
      await rest();
    }
    this.#now = end;
  }
}

async function rest(): Promise<void> {
  for (let turns = 0; turns < 7; turns++) await turn();
}

function watched(engine: ScriptedEngine, follow = true) {
  const clock = new ManualClock();
  const stop = new AbortController();
  const seen: string[] = [];
  const lost: string[] = [];
  let last: readonly Container[] | undefined;
  const watch = new EngineWatch({
    dial: () => engine.dial(),
    known: (containers) => {
      if (containers !== last)
        seen.push(
          containers
            .map((one) => `${one.id} ${one.status}`)
            .sort()
            .join(', '),
        );
      last = containers;
    },
    lost: (error) => lost.push(String(error)),
    skipped: () => {},
    backoff: new Backoff({ firstMs: 250, capMs: 4000, random: () => 1 }),
    clock,
    burstMs: 10,
    reconcileMs: 25_000,
    follow,
  });
  const done = watch.run(stop.signal);
  const end = async () => {
    stop.abort();
    await done;
  };
  return { clock, seen, lost, done, end };
}

describe('the watch over an engine', () => {
  it('inspects what an event names, and nothing else', async () => {
    const engine = new ScriptedEngine();
    for (const id of ['a', 'b', 'c']) engine.containers.set(id, 'running');
    const { clock, seen, end } = watched(engine);
    await clock.pass(0);
    engine.asked.length = 0;
    engine.containers.set('b', 'exited');
    engine.tell('die', 'b');
    await clock.pass(10);
    assert.deepEqual(engine.asked, ['inspect b']);
    assert.equal(seen.at(-1), 'a running, b exited, c running');
    await end();
  });

  it('sees a container that starts between the list and the first event', async () => {
    const engine = new ScriptedEngine();
    engine.beforeList = () => {
      engine.beforeList = () => {};
      engine.containers.set('late', 'running');
      engine.tell('start', 'late');
    };
    const { clock, seen, end } = watched(engine);
    await clock.pass(10);
    assert.equal(seen.at(-1), 'late running');
    await end();
  });

  it('makes one change of a burst of events', async () => {
    const engine = new ScriptedEngine();
    for (let i = 0; i < 500; i++) engine.containers.set(`c${i}`, 'running');
    const { clock, seen, end } = watched(engine);
    await clock.pass(0);
    engine.asked.length = 0;
    for (let i = 0; i < 1000; i++) engine.tell('health_status: healthy', `c${i % 500}`);
    await clock.pass(1000);
    assert.equal(engine.asked.length, 500);
    assert.equal(seen.length, 1, 'nothing had changed, so nothing is told');
    await end();
  });

  it('finds a change that no event told, and opens the stream anew', async () => {
    const engine = new ScriptedEngine();
    engine.containers.set('a', 'running');
    const { clock, seen, lost, end } = watched(engine);
    await clock.pass(0);
    engine.containers.set('a', 'paused');
    await clock.pass(30_000);
    assert.equal(seen.at(-1), 'a paused');
    assert.match(lost[0] ?? '', /no event came/);
    assert.equal(engine.dials, 2);
    await end();
  });

  it('keeps its connection as long as events tell everything', async () => {
    const engine = new ScriptedEngine();
    engine.containers.set('a', 'running');
    const { clock, end } = watched(engine);
    await clock.pass(3_600_000);
    assert.equal(engine.dials, 1);
    assert.deepEqual(
      engine.asked.filter((question) => question !== 'list'),
      ['inspect a'],
    );
    await end();
  });

  it('loses nothing when the stream is cut every second', async () => {
    const engine = new ScriptedEngine();
    const { clock, seen, end } = watched(engine);
    for (let i = 0; i < 20; i++) {
      await clock.pass(1000);
      engine.cut();
      engine.containers.set(`c${i}`, 'running');
    }
    await clock.pass(1000);
    assert.equal(seen.at(-1)?.split(', ').length, 20);
    assert.equal(seen.length, new Set(seen).size, 'no state is told twice');
    await end();
  });

  it('tries for two days, waits at most four seconds, and is back within them', async () => {
    const engine = new ScriptedEngine();
    engine.containers.set('a', 'running');
    const { clock, seen, end } = watched(engine);
    await clock.pass(0);
    engine.reachable = false;
    engine.cut();
    await clock.pass(48 * 3_600_000);
    assert.deepEqual(seen, ['a running'], 'what was known stays');
    assert.equal(Math.max(...clock.naps.slice(-1000)), 4000);
    engine.reachable = true;
    engine.containers.set('b', 'running');
    await clock.pass(4000);
    assert.equal(seen.at(-1), 'a running, b running');
    await end();
  });

  it('forgets containers that are gone from the list', async () => {
    const engine = new ScriptedEngine();
    engine.containers.set('a', 'running');
    const { clock, seen, end } = watched(engine);
    await clock.pass(0);
    engine.containers.delete('a');
    engine.tell('destroy', 'a');
    await clock.pass(10);
    assert.deepEqual(seen, ['a running', '']);
    await end();
  });

  it('lists again when an event names a container that is not known', async () => {
    const engine = new ScriptedEngine();
    engine.containers.set('a', 'running');
    const { clock, seen, end } = watched(engine);
    await clock.pass(0);
    engine.asked.length = 0;
    engine.containers.delete('a');
    engine.containers.set('b', 'running');
    engine.tell('start', 'b');
    await clock.pass(10);
    assert.deepEqual(engine.asked, ['list', 'inspect b']);
    engine.tell('destroy', 'never seen');
    await clock.pass(1000);
    assert.deepEqual(engine.asked, ['list', 'inspect b', 'list']);
    assert.deepEqual(seen, ['a running', 'b running']);
    await end();
  });

  it('ends after one inventory when it is not to watch', async () => {
    const engine = new ScriptedEngine();
    engine.containers.set('a', 'running');
    const { seen, done } = watched(engine, false);
    await done;
    assert.deepEqual(seen, ['a running']);
  });
});
