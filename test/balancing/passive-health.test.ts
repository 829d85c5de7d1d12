import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { HealthFlags, healthFlagWords } from '../../src/balancing/health-flags.ts';
import { PassiveHealth, passiveHealthWords } from '../../src/balancing/passive-health.ts';
import type { Target, UnsentListener } from '../../src/balancing/target.ts';
import { WatchedTarget } from '../../src/balancing/watched-target.ts';
import type { Exchange, ExchangeResponse, ResponseLayer } from '../../src/model/exchange.ts';
import { ProxyError } from '../../src/model/proxy-error.ts';

let time = 0;
beforeEach(() => {
  time = 0;
});
const words = (count: number) => new Int32Array(new SharedArrayBuffer(4 * count));

function health(maxFailedAttempts: number, flags?: HealthFlags) {
  const rules = { maxFailedAttempts, failureWindowMs: 1000 };
  const cell = words(passiveHealthWords(2, rules));
  const worker = () => new PassiveHealth({ ...rules, cell, flags, now: () => time });
  return { one: worker(), other: worker() };
}

test('failures within the window count, whichever worker saw them, and are over when it is', () => {
  const { one, other } = health(2);
  one.failed(1);
  assert.equal(one.isUsable(1), true);
  time += 500;
  other.failed(1);
  assert.deepEqual([one.isUsable(1), other.isUsable(1), one.isUsable(0)], [false, false, true]);
  time += 999;
  assert.equal(one.isUsable(1), false);
  time += 1;
  assert.equal(one.isUsable(1), true);
  other.failed(1);
  assert.equal(one.isUsable(1), false, 'the last of those before is still within the window');
});

test('failures far apart do not count together, and a success wipes them out', () => {
  const { one } = health(3);
  for (const wait of [600, 600, 600, 600]) {
    one.failed(0);
    time += wait;
  }
  assert.equal(one.isUsable(0), true);
  one.failed(0);
  one.succeeded(0);
  one.failed(0);
  one.failed(0);
  assert.equal(one.isUsable(0), true);
  one.failed(0);
  assert.equal(one.isUsable(0), false);
});

test('one that came back is not put out again by a single failure long after', () => {
  const { one } = health(2);
  one.failed(0);
  one.failed(0);
  time += 5000;
  one.failed(0);
  assert.equal(one.isUsable(0), true);
});

test('the clock may be as old as it likes', () => {
  const { one } = health(1);
  time = 2 ** 31 - 500;
  one.failed(0);
  assert.equal(one.isUsable(0), false);
  time += 999;
  assert.equal(one.isUsable(0), false);
  time += 1;
  assert.equal(one.isUsable(0), true);
});

test('a server that is asked, too, comes back by its answer alone', () => {
  const flags = new HealthFlags(words(healthFlagWords(2)));
  const { one } = health(1, flags);
  one.failed(0);
  time += 10_000;
  assert.equal(one.isUsable(0), false);
  flags.set(0, true);
  assert.equal(one.isUsable(0), true);
});

test('what an exchange ends in is held against the server that had it', () => {
  const unsent = new ProxyError('connection-refused', 'refused', { nothingSent: true });
  const left = new ProxyError('client-closed', 'gone');
  const attempt = (end: { status: number; error?: ProxyError } | 'unsent'): string => {
    const { one } = health(1);
    const layers: ResponseLayer[] = [];
    const exchange = { pushLayer: (layer: ResponseLayer) => layers.push(layer) - 1 } as unknown as Exchange;
    const told: string[] = [];
    const listener: UnsentListener = {
      onUnsent: (_, target) => told.push(target === watched ? 'told' : '?'),
    };
    const inner = {
      forward: (_: Exchange, own: UnsentListener) => {
        if (end === 'unsent') own.onUnsent(exchange, inner, unsent);
      },
    } as Target;
    const watched = new WatchedTarget(inner, { index: 0, health: one });
    watched.forward(exchange, listener);
    const response = (end === 'unsent' ? { status: 200 } : end) as ExchangeResponse;
    for (const layer of layers) layer.onResponse?.(exchange, response);
    return [...told, one.isUsable(0) ? 'in' : 'out'].join(' ');
  };
  assert.equal(attempt({ status: 200 }), 'in');
  assert.equal(attempt({ status: 404 }), 'in');
  assert.equal(attempt({ status: 500 }), 'out');
  assert.equal(attempt({ status: 502, error: new ProxyError('server-closed', 'closed') }), 'out');
  assert.equal(attempt({ status: 499, error: left }), 'in');
  assert.equal(attempt('unsent'), 'told out', 'whoever answers in its place');
});
