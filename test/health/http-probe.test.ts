import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createSecureServer, createServer as createHttp2, type Http2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { after, test } from 'node:test';
import type { HttpQuestion } from '../../src/health/checked-service.ts';
import { createProbe } from '../../src/health/probe.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { Pki } from '../tls/pki.ts';
import { plainTransport } from '../proxy/rig.ts';

const pki = new Pki();
const stack = new AsyncDisposableStack();
after(async () => {
  await stack.disposeAsync();
  pki[Symbol.dispose]();
});

const usual: Omit<HttpQuestion, 'url'> = {
  kind: 'http',
  scheme: '',
  port: 0,
  path: '/health',
  method: 'GET',
  headers: {},
  status: 0,
  followRedirects: true,
  transport: plainTransport,
  intervalMs: 1000,
  unhealthyIntervalMs: 1000,
  timeoutMs: 60_000,
};

const ask = async (url: string, said: Partial<HttpQuestion> = {}, ms = 60_000): Promise<void> =>
  createProbe({ ...usual, url, ...said })(AbortSignal.timeout(ms));

async function listen(server: Server | Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const answering = (listener: RequestListener): Promise<number> => listen(createServer(listener));
const path = ({ url = '' }: IncomingMessage): string => url;

test('any status from 200 to 399 is well, or exactly the one that is wanted', async () => {
  const port = await answering((request, response) => {
    response.writeHead(Number(path(request).slice(1))).end('body');
  });
  const url = `http://127.0.0.1:${port}`;
  const still = { followRedirects: false };
  for (const good of ['200', '204', '302', '399']) await ask(url, { path: `/${good}`, ...still });
  for (const bad of ['400', '404', '500', '503'])
    await assert.rejects(ask(url, { path: `/${bad}` }), { message: `it answers with status ${bad}` });
  await ask(url, { path: '/404', status: 404 });
  await assert.rejects(ask(url, { path: '/200', status: 204 }), /status 200/);
  await assert.rejects(ask(`http://127.0.0.1:${await freePort()}`), /ECONNREFUSED/);
});

test('what is asked is as it was written, and the path is relative to the server', async () => {
  const seen: string[] = [];
  const listener = ({ method, url, headers }: IncomingMessage, response: ServerResponse) => {
    seen.push(`${method} ${headers.host} ${url} ${headers['x-key']} ${headers['user-agent']}`);
    response.end();
  };
  const [port, other] = [await answering(listener), await answering(listener)];
  const url = `http://127.0.0.1:${port}/base/`;
  await ask(url, { method: 'POST', path: '/live?x=1', headers: { Host: 'shop.lan', 'X-Key': 'k' } });
  await ask(url, { path: 'below', port: other, headers: { 'User-Agent': 'me' } });
  await ask(url, { path: '' });
  assert.deepEqual(seen, [
    'POST shop.lan /live?x=1 k fairlead-health',
    `GET 127.0.0.1:${other} /base/below undefined me`,
    `GET 127.0.0.1:${port} /base/ undefined fairlead-health`,
  ]);
  for (const elsewhere of ['http://127.0.0.1/x', '//other.lan/x'])
    await assert.rejects(ask(url, { path: elsewhere }), /leads to another server/);
});

test('redirections are followed, unless they are not', async () => {
  const port = await answering((request, response) => {
    if (path(request) === '/health') response.writeHead(302, { Location: '/broken' });
    else response.writeHead(500);
    response.end();
  });
  const url = `http://127.0.0.1:${port}`;
  await assert.rejects(ask(url), /status 500/);
  await ask(url, { followRedirects: false });
});

test('a redirection may lead to another server, by the name it has there', async () => {
  const { cert, key } = pki.issue('other', { san: 'DNS:localhost,IP:127.0.0.1' });
  const other = await listen(
    createSecureServer({ cert, key, allowHTTP1: true }, (_, answer) => void answer.end()),
  );
  const port = await answering((_, response) => {
    response.writeHead(302, { Location: `https://localhost:${other}/there` }).end();
  });
  const transport = { ...plainTransport, rootCAs: [pki.ca.cert] };
  await ask(`http://127.0.0.1:${port}`, { transport, headers: { Host: 'shop.lan' } });
  await assert.rejects(ask(`http://127.0.0.1:${port}`), { code: /SELF_SIGNED|UNABLE/ });
});

test('one that does not answer is not waited for any longer than it may take', async () => {
  let closed: Promise<unknown> | undefined;
  const port = await answering(({ socket }) => {
    closed = once(socket, 'close');
  });
  await assert.rejects(ask(`http://127.0.0.1:${port}`, {}, 50));
  await closed;
});

test('TLS is spoken as the transport says', async () => {
  const { cert, key } = pki.issue('web', { san: 'DNS:web.lan,URI:spiffe://lan/web' });
  const server = createSecureServer({ cert, key, allowHTTP1: true }, (_, response) => void response.end());
  const url = `https://127.0.0.1:${await listen(server)}`;
  const with_ = (said: Partial<HttpQuestion['transport']>) => ({ transport: { ...plainTransport, ...said } });
  const trusting = { rootCAs: [pki.ca.cert] };
  await ask(url, with_({ ...trusting, serverName: 'web.lan' }));
  await ask(url, { ...with_({ ...trusting, serverName: 'web.lan' }), headers: { Host: 'shop.lan' } });
  await ask(url, with_({ ...trusting, serverName: 'web.lan', peerCertURI: 'spiffe://lan/web' }));
  await ask(url, with_({ insecureSkipVerify: true, disableHTTP2: true }));
  await assert.rejects(ask(url, with_({ ...trusting, serverName: 'other.lan' })), /other\.lan/);
  await assert.rejects(
    ask(url, with_({ ...trusting, serverName: 'web.lan', peerCertURI: 'spiffe://lan/x' })),
    /URI/,
  );
  await assert.rejects(ask(url, with_({ serverName: 'web.lan' })), { code: /SELF_SIGNED|UNABLE/ });
});

test('a server that speaks HTTP/2 alone is asked in it', async () => {
  const port = await listen(createHttp2((_, response) => void response.end()));
  await ask(`h2c://127.0.0.1:${port}`);
  await ask(`http://127.0.0.1:${port}`, { scheme: 'h2c' });
  await assert.rejects(ask(`http://127.0.0.1:${port}`));
});

test('a gRPC server says by itself how it is', async () => {
  const asked: string[] = [];
  let answer: { status?: number; grpcStatus: number } = { status: 1, grpcStatus: 0 };
  const server = createHttp2();
  server.on('stream', (stream, headers) => {
    asked.push(`${headers[':method']} ${headers[':path']} ${headers['content-type']}`);
    const { status, grpcStatus } = answer;
    stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': `${grpcStatus}` }));
    stream.end(status === undefined ? '' : Buffer.of(0, 0, 0, 0, 2, 8, status));
  });
  const port = await listen(server);
  const grpc = { kind: 'grpc' } as const;
  for (const scheme of ['http', 'h2c']) await ask(`${scheme}://127.0.0.1:${port}/ignored`, grpc);
  assert.deepEqual([...new Set(asked)], ['POST /grpc.health.v1.Health/Check application/grpc']);
  answer = { status: 2, grpcStatus: 0 };
  await assert.rejects(ask(`http://127.0.0.1:${port}`, grpc), { message: 'it says that it is NOT_SERVING' });
  answer = { grpcStatus: 12 };
  await assert.rejects(ask(`http://127.0.0.1:${port}`, grpc), { message: 'it answers with gRPC status 12' });
  await assert.rejects(ask(`http://127.0.0.1:${await freePort()}`, grpc), /ECONNREFUSED/);
});
