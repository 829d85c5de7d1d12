import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Handler } from '../../src/model/exchange.ts';
import { StreamedBody } from '../../src/proxy/bodies.ts';
import { HeaderBlock } from '../../src/proxy/header-block.ts';
import { type Asked, answering, MeteredScene } from './metered-scene.ts';

test('a request counts where it comes in, at its router and at its service', () => {
  const scene = new MeteredScene();
  const handler = scene.route(answering(201, 'made'));
  for (let count = 0; count < 3; count++) scene.ask(handler, { method: 'POST', body: 'twelve bytes' });
  const common = 'code="201",method="POST",protocol="http"';
  for (const [level, labels] of [
    ['entrypoint', 'entrypoint="web"'],
    ['router', 'router="r@file",service="s@file"'],
    ['service', 'service="s@file"'],
  ]) {
    assert.deepEqual(scene.told(`traefik_${level}_requests_total`), [`{${common},${labels}} 3`]);
    assert.deepEqual(scene.told(`traefik_${level}_requests_bytes_total`), [`{${common},${labels}} 36`]);
    assert.deepEqual(scene.told(`traefik_${level}_responses_bytes_total`), [`{${common},${labels}} 12`]);
  }
});

test('only what is asked for is counted', () => {
  const scene = new MeteredScene({ entryPoints: false, routers: false });
  scene.ask(scene.route(answering(200)));
  assert.deepEqual(scene.told('traefik_entrypoint_requests_total'), []);
  assert.deepEqual(scene.told('traefik_router_requests_total'), []);
  assert.equal(scene.told('traefik_service_requests_total').length, 1);
});

test('how long it took falls into buckets, each with what the smaller ones hold', () => {
  const scene = new MeteredScene({ services: false, routers: false });
  let tookMs = 0;
  const handler = scene.at({
    handle(exchange) {
      scene.nowMs += tookMs;
      exchange.reply(200, []);
    },
  });
  for (tookMs of [50, 100, 250, 4000]) scene.ask(handler);
  const labels = 'code="200",method="GET",protocol="http",entrypoint="web"';
  const name = 'traefik_entrypoint_request_duration_seconds';
  assert.deepEqual(scene.told(`${name}_bucket`), [
    `{${labels},le="0.1"} 2`,
    `{${labels},le="0.3"} 3`,
    `{${labels},le="+Inf"} 4`,
  ]);
  assert.deepEqual(scene.told(`${name}_count`), [`{${labels}} 4`]);
  assert.deepEqual(scene.told(`${name}_sum`), [`{${labels}} 4.4`]);
});

const kinds: readonly (readonly [string, string, Asked])[] = [
  ['GET', 'http', {}],
  ['GET', 'http', { headers: { Accept: 'text/html, text/event-stream' } }],
  ['GET', 'sse', { headers: { Accept: 'text/event-stream' } }],
  ['GET', 'websocket', { upgrade: 'WebSocket' }],
  ['GET', 'http', { upgrade: 'h2c' }],
  ['POST', 'grpc-web', { body: 'x', headers: { 'Content-Type': 'application/grpc-web+proto' } }],
  ['DELETE', 'http', {}],
  ['EXTENSION_METHOD', 'http', { method: 'PROPFIND' }],
];

test('requests are told apart by method and protocol', () => {
  for (const [method, protocol, asked] of kinds) {
    const scene = new MeteredScene();
    scene.ask(scene.at(answering(200)), { method, ...asked });
    assert.deepEqual(scene.told('traefik_entrypoint_requests_total'), [
      `{code="200",method="${method}",protocol="${protocol}",entrypoint="web"} 1`,
    ]);
  }
});

/** The answer to a call of gRPC: a message, and what became of it in the trailers. */
class CallAnswer extends StreamedBody {
  readonly length = undefined;
  readonly #trailers: HeaderBlock;

  constructor(trailers: HeaderBlock) {
    super();
    this.#trailers = trailers;
  }

  resume(): void {}
  cancel(): void {}

  protected begin(): void {
    this.sink?.end(this.#trailers);
  }
}

const called = { method: 'POST', body: 'x', headers: { 'Content-Type': 'application/grpc' } };

test('a call of gRPC counts by its own status', () => {
  const scene = new MeteredScene();
  const handler = scene.route({
    handle: (exchange) =>
      exchange.respond({
        status: 200,
        headers: new HeaderBlock(),
        body: new CallAnswer(new HeaderBlock('grpc-status: 5\r\n')),
        error: undefined,
        tunnel: undefined,
      }),
  });
  scene.ask(handler, called);
  scene.ask(scene.route(answering(200)), called);
  assert.deepEqual(scene.told('traefik_service_requests_total'), [
    '{code="5",method="POST",protocol="grpc",service="s@file"} 1',
    '{code="2",method="POST",protocol="grpc",service="s@file"} 1',
  ]);
});

test('each attempt counts at its service, and those after the first as further ones', () => {
  const scene = new MeteredScene();
  let attempts = 0;
  const service = scene.metrics.inService('s@file', {
    handle(exchange) {
      attempts += 1;
      scene.nowMs += 200;
      exchange.trail.tried('http://192.0.2.9', attempts === 1 ? 503 : 200);
      exchange.reply(attempts === 1 ? 503 : 200, []);
    },
  });
  const retrying: Handler = {
    handle(exchange) {
      const depth = exchange.pushLayer({
        onResponse(_, { status }) {
          if (status === 200) return undefined;
          exchange.discardResponse(depth);
          service.handler.handle(exchange);
          return 'taken';
        },
      });
      service.handler.handle(exchange);
    },
  };
  scene.ask(scene.at(retrying));
  assert.deepEqual(scene.told('traefik_entrypoint_requests_total'), [
    '{code="200",method="GET",protocol="http",entrypoint="web"} 1',
  ]);
  assert.deepEqual(scene.told('traefik_service_requests_total'), [
    '{code="503",method="GET",protocol="http",service="s@file"} 1',
    '{code="200",method="GET",protocol="http",service="s@file"} 1',
  ]);
  assert.deepEqual(
    scene.told('traefik_service_request_duration_seconds_sum').map((line) => line.split(' ')[1]),
    ['0.2', '0.2'],
  );
  assert.deepEqual(scene.told('traefik_service_retries_total'), ['{service="s@file"} 1']);
});

test('a client that leaves before there is an answer counts as 499', () => {
  const scene = new MeteredScene();
  scene.ask(scene.route({ handle() {} })).abort();
  for (const level of ['entrypoint', 'router', 'service'])
    assert.match(scene.told(`traefik_${level}_requests_total`)[0] ?? '', /^\{code="499".* 1$/);
});

test('a service counts what is asked of it in the middle of another request', () => {
  const scene = new MeteredScene();
  const pages = scene.metrics.inService('pages@file', answering(200, 'sorry'));
  const handler = scene.at({
    handle(exchange) {
      const page = exchange.subrequest({
        method: 'GET',
        path: '/503.html',
        query: '',
        host: 'pages.test',
        headers: [],
        layer: { onResponse: () => undefined },
      });
      pages.handler.handle(page);
      exchange.reply(503, []);
    },
  });
  scene.ask(handler);
  assert.deepEqual(scene.told('traefik_service_requests_total'), [
    '{code="200",method="GET",protocol="http",service="pages@file"} 1',
  ]);
  assert.equal(scene.told('traefik_entrypoint_requests_total').length, 1);
});

test('what shall not be counted is not: routers that say so, the program itself, silent entry points', () => {
  const scene = new MeteredScene({ silentEntryPoints: ['web'] });
  scene.ask(scene.route(answering(200), { metrics: false }));
  scene.ask(scene.route(answering(200), { router: 'api@internal', service: 'api@internal' }));
  scene.ask(scene.at(answering(404)));
  assert.deepEqual(scene.totals.read(), []);
  scene.ask(scene.route(answering(200)));
  assert.equal(scene.told('traefik_entrypoint_requests_total').length, 1, 'a router decides for itself');

  const all = new MeteredScene({ internals: true });
  all.ask(all.route(answering(200), { service: 'api@internal' }));
  assert.equal(all.told('traefik_service_requests_total').length, 1);
});

test('values of headers are labels of the requests, up to a number of them', () => {
  const scene = new MeteredScene({ headerLabels: [['tenant', 'X-Tenant']] });
  const handler = scene.at(answering(200));
  for (let tenant = 0; tenant < 1200; tenant++) scene.ask(handler, { headers: { 'X-Tenant': `t${tenant}` } });
  scene.ask(handler, { headers: { 'x-tenant': 't7' } });
  scene.ask(handler);
  const told = scene.told('traefik_entrypoint_requests_total');
  assert.equal(told.length, 1001);
  const labels = 'code="200",method="GET",protocol="http"';
  assert.ok(told.includes(`{${labels},tenant="t7",entrypoint="web"} 2`));
  assert.ok(
    told.includes('{code="other",method="other",protocol="other",tenant="other",entrypoint="web"} 201'),
  );
  assert.equal(scene.told('traefik_entrypoint_request_duration_seconds_count').length, 1);
});

test('requests by TLS count by version and cipher suite', () => {
  const scene = new MeteredScene();
  const tls = {
    serverName: 'shop.test',
    options: 'default',
    version: 'TLSv1.3',
    cipher: 'TLS_AES_128_GCM_SHA256',
    certificates: [],
    verified: false,
    authorities: [],
    peer: undefined,
  };
  scene.ask(scene.route(answering(200)), { tls });
  scene.ask(scene.route(answering(200)), { tls: { ...tls, version: 'TLSv1' } });
  scene.ask(scene.route(answering(200)));
  const named = 'tls_cipher="TLS_AES_128_GCM_SHA256",entrypoint="web"';
  assert.deepEqual(scene.told('traefik_entrypoint_requests_tls_total'), [
    `{tls_version="1.3",${named}} 1`,
    `{tls_version="1.0",${named}} 1`,
  ]);
});

test('what is configured anew goes on counting', () => {
  const scene = new MeteredScene();
  const service = () => scene.metrics.inService('s@file', answering(200));
  const [before, after] = [service(), service()];
  scene.ask(before.handler);
  before.release();
  scene.ask(after.handler);
  after.release();
  scene.ask(service().handler);
  assert.deepEqual(scene.told('traefik_service_requests_total'), [
    '{code="200",method="GET",protocol="http",service="s@file"} 3',
  ]);
});

test('ever new names do not fill the memory of the thread that counts, and nothing is forgotten', () => {
  const scene = new MeteredScene();
  for (let count = 0; count < 1100; count++) {
    const { handler, release } = scene.metrics.inService(`s${count}@docker`, answering(200));
    scene.ask(handler);
    release();
  }
  assert.equal(scene.totals.pastSize, 100);
  assert.equal(scene.told('traefik_service_requests_total').length, 1100);
});
