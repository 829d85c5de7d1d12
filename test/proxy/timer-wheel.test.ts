import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Timed, TimerWheel } from '../../src/proxy/timer-wheel.ts';

function scene() {
  let now = 1000;
  const fired: number[] = [];
  const wheel = new TimerWheel(() => now);
  const timed: Timed = { deadline: 0, slot: 0, place: 0, onDeadline: () => fired.push(now - 1000) };
  const passTo = (ms: number) => {
    for (; now < 1000 + ms; now += 50) wheel.advance();
  };
  return { wheel, timed, fired, passTo, [Symbol.dispose]: () => wheel[Symbol.dispose]() };
}

test('a deadline is never early and at most two ticks late', () => {
  using all = scene();
  all.wheel.arm(all.timed, 500);
  all.passTo(5000);
  assert.equal(all.fired.length, 1);
  assert.ok(all.fired[0]! >= 500 && all.fired[0]! <= 700, String(all.fired));
});

test('a deadline that is moved back fires once, at its last place', () => {
  using all = scene();
  for (let ms = 0; ms < 2000; ms += 100) {
    all.passTo(ms);
    all.wheel.arm(all.timed, 500);
  }
  assert.deepEqual(all.fired, []);
  all.passTo(5000);
  assert.equal(all.fired.length, 1);
});

test('an earlier deadline wins over a later one', () => {
  using all = scene();
  all.wheel.arm(all.timed, 180_000);
  all.wheel.arm(all.timed, 200);
  all.passTo(1000);
  assert.equal(all.fired.length, 1);
});

test('a deadline beyond one turn of the wheel waits for its own', () => {
  using all = scene();
  all.wheel.arm(all.timed, 180_000);
  all.passTo(179_000);
  assert.deepEqual(all.fired, []);
  all.passTo(181_000);
  assert.equal(all.fired.length, 1);
});

test('what was disarmed or removed never fires', () => {
  using all = scene();
  all.wheel.arm(all.timed, 200);
  all.wheel.arm(all.timed, 0);
  all.passTo(1000);
  all.wheel.arm(all.timed, 200);
  all.wheel.remove(all.timed);
  all.passTo(3000);
  assert.deepEqual(all.fired, []);
});
