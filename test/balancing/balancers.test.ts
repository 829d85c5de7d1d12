import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HealthFlags, healthFlagWords } from '../../src/balancing/health-flags.ts';
import { createServerBalancer } from '../../src/balancing/server-balancer.ts';
import { createServiceBalancer } from '../../src/balancing/service-balancer.ts';
import type { Target } from '../../src/balancing/target.ts';
import type { Exchange, Handler, ResponseLayer } from '../../src/model/exchange.ts';
import { ProxyError } from '../../src/model/proxy-error.ts';

const unsent = () => new ProxyError('connection-refused', 'refused', { nothingSent: true });

/** As much of an exchange as balancers touch; `seen` is the order in which servers were asked. */
class Asked {
  readonly seen: string[] = [];
  readonly trail: { service?: string } = {};
  readonly #layers: ResponseLayer[] = [];
  error: ProxyError | undefined;

  pushLayer(layer: ResponseLayer): number {
    return this.#layers.push(layer) - 1;
  }

  discardResponse(depth: number): void {
    this.#layers.length = depth;
  }

  fail(error: ProxyError): void {
    const response = { error } as never;
    for (const layer of this.#layers.toReversed()) {
      if (layer.onResponse?.(this as never, response) === 'taken') return;
    }
    this.error = error;
  }
}

function target(name: string, up: () => boolean): Target {
  return {
    handle(exchange) {
      (exchange as unknown as Asked).seen.push(name);
      if (!up()) exchange.fail(unsent());
    },
    forward(exchange, listener) {
      (exchange as unknown as Asked).seen.push(name);
      if (!up()) listener.onUnsent(exchange, this, unsent());
    },
  };
}

function ask(handler: Handler): Asked {
  const asked = new Asked();
  handler.handle(asked as unknown as Exchange);
  return asked;
}

function overServers(up: Record<string, boolean>, now = () => 0): Handler {
  const servers = Object.keys(up).map((name) => ({ target: target(name, () => up[name]!), weight: 1, name }));
  return createServerBalancer({ servers, cell: undefined, service: 'app@file', now });
}

test('a server that cannot be reached costs no request, and is left alone for a second', () => {
  let now = 0;
  const up = { a: false, b: true };
  const balancer = overServers(up, () => now);
  assert.deepEqual(ask(balancer).seen, ['a', 'b']);
  for (let turn = 0; turn < 4; turn += 1) assert.deepEqual(ask(balancer).seen, ['b']);
  up.a = true;
  now = 1001;
  assert.equal(
    [ask(balancer), ask(balancer)].some(({ seen }) => seen[0] === 'a'),
    true,
  );
});

test('with no server that can be reached each is asked once and the failure is told', () => {
  const balancer = overServers({ a: false, b: false });
  const first = ask(balancer);
  assert.deepEqual(first.seen.toSorted(), ['a', 'b']);
  assert.equal(first.error?.code, 'connection-refused');
  const later = ask(balancer);
  assert.equal(later.seen.length, 1, 'somebody is tried all the same');
  assert.equal(later.error?.code, 'connection-refused');
});

test('a server that is known to be down gets nothing, and when all are the answer is that none is available', () => {
  const flags = new HealthFlags(new Int32Array(new SharedArrayBuffer(4 * healthFlagWords(2))));
  const servers = ['a', 'b'].map((name) => ({ target: target(name, () => true), weight: 1, name }));
  const some = (count: number) =>
    createServerBalancer({
      servers: servers.slice(0, count),
      cell: undefined,
      well: flags,
      service: 'app@file',
      now: () => 0,
    });
  const [both, only] = [some(2), some(1)];
  const asked = (handler: Handler) => {
    const exchange = new Asked();
    handler.handle(exchange as unknown as Exchange);
    return exchange.error?.code ?? exchange.seen.join('');
  };
  flags.set(0, false);
  assert.deepEqual([asked(both), asked(both), asked(only)], ['b', 'b', 'no-available-server']);
  flags.set(1, false);
  assert.equal(asked(both), 'no-available-server');
  flags.set(0, true);
  assert.deepEqual([asked(both), asked(only)], ['a', 'a']);
});

test('without a server, or with weights of nothing, there is none available', () => {
  const none = createServerBalancer({ servers: [], cell: undefined, service: 'app@file', now: () => 0 });
  const zero = createServerBalancer({
    servers: [{ target: target('a', () => true), weight: 0, name: 'a' }],
    cell: undefined,
    service: 'app@file',
    now: () => 0,
  });
  for (const balancer of [
    none,
    zero,
    createServiceBalancer({ services: [], cell: undefined, now: () => 0 }),
  ]) {
    assert.equal(ask(balancer).error?.status, 503);
  }
});

test('a service without a server is passed over while another has one', () => {
  const services = [overServers({}), overServers({ b: true })].map((handler) => ({ handler, weight: 1 }));
  const balancer = createServiceBalancer({ services, cell: undefined, now: () => 0 });
  for (let turn = 0; turn < 4; turn += 1) assert.deepEqual(ask(balancer).seen, ['b']);
});

test('of services that have no server between them each is asked once, and none is available', () => {
  const services = [overServers({}), overServers({})].map((handler) => ({ handler, weight: 1 }));
  const asked = ask(createServiceBalancer({ services, cell: undefined, now: () => 0 }));
  assert.deepEqual([asked.error?.code, asked.error?.status], ['no-available-server', 503]);
});

test('services get their shares', () => {
  const services = [
    { handler: overServers({ a: true }), weight: 4 },
    { handler: overServers({ b: true }), weight: 1 },
  ];
  const balancer = createServiceBalancer({ services, cell: undefined, now: () => 0 });
  const seen = Array.from({ length: 10 }, () => ask(balancer).seen.join()).join('');
  assert.equal(seen, 'aabaaaabaa');
});

test('a spare service gets what none of the others can take, within one request as well', () => {
  let now = 0;
  const up = { spare: true, first: true, second: true };
  const services = Object.keys(up).map((name) => ({
    handler: createServerBalancer({
      servers: [{ target: target(name, () => up[name as keyof typeof up]), weight: 1, name }],
      cell: undefined,
      service: name,
      now: () => now,
    }),
    weight: name === 'spare' ? 5 : 1,
    spare: name === 'spare',
  }));
  const balancer = createServiceBalancer({ services, cell: undefined, now: () => now });
  assert.deepEqual([ask(balancer).seen, ask(balancer).seen], [['first'], ['second']]);
  up.first = false;
  assert.deepEqual(ask(balancer).seen, ['first', 'second']);
  up.second = false;
  assert.deepEqual(ask(balancer).seen, ['second', 'spare']);
  assert.deepEqual(
    ask(balancer).seen,
    ['spare'],
    'those that could not be reached are left alone for a second',
  );
  up.spare = false;
  now = 1001;
  const failed = ask(balancer);
  assert.deepEqual(failed.seen.toSorted(), ['first', 'second', 'spare']);
  assert.equal(failed.seen.at(-1), 'spare');
  assert.equal(failed.error?.code, 'connection-refused');
});

test('a spare service stands in for one whose servers are all known to be down', () => {
  const services = [
    { handler: overServers({}), weight: 1 },
    { handler: overServers({ a: true }), weight: 1, spare: true },
  ];
  assert.deepEqual(ask(createServiceBalancer({ services, cell: undefined, now: () => 0 })).seen, ['a']);
});
