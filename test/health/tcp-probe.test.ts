import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import tls from 'node:tls';
import type { TcpQuestion } from '../../src/health/checked-service.ts';
import { tcpProbe } from '../../src/health/tcp-probe.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { Servers, transport } from '../proxy/stream-rig.ts';
import { Pki } from '../tls/pki.ts';

const usual = {
  kind: 'tcp',
  tls: false,
  transport,
  proxyProtocol: undefined,
  send: '',
  expect: '',
  intervalMs: 1000,
  unhealthyIntervalMs: 1000,
  timeoutMs: 60_000,
} as const;

const ask = (port: number, said: Partial<TcpQuestion> = {}, ms = 60_000): Promise<void> =>
  tcpProbe({ ...usual, address: `127.0.0.1:${port}`, ...said })(AbortSignal.timeout(ms));

test('a server that takes connections is well, another is not', async () => {
  await using servers = new Servers();
  await ask(await servers.open(() => {}));
  await assert.rejects(ask(await freePort()), /ECONNREFUSED/);
});

test('what it answers must begin as expected, in however many pieces it comes', async () => {
  await using servers = new Servers();
  const port = await servers.open((socket) => {
    socket.once('data', (said) => {
      socket.write(`+${String(said)[0]}`);
      setImmediate(() => socket.end('ONG and more'));
    });
  });
  const said = { send: 'PING\r\n', expect: '+PONG' };
  await ask(port, said);
  await assert.rejects(ask(port, { ...said, send: 'QUIT\r\n' }), /its answer begins with "\+QONG"/);
  await assert.rejects(
    ask(port, { ...said, expect: '+PONG, and a lot more than that' }),
    /"\+PONG and more"/,
  );
});

test('one that says nothing is not waited for any longer than it may take', async () => {
  await using servers = new Servers();
  let closed: Promise<unknown> | undefined;
  const port = await servers.open((socket) => {
    socket.resume();
    closed = once(socket, 'end');
  });
  await assert.rejects(ask(port, { expect: 'x' }, 50), { name: 'AbortError' });
  await closed;
});

test('a server that expects to be told of its client is told that there is none', async () => {
  await using servers = new Servers();
  const port = await servers.open((socket) => void socket.once('data', (bytes) => socket.end(bytes)));
  await ask(port, { proxyProtocol: 1, expect: 'PROXY UNKNOWN\r\n' });
  await ask(port, { proxyProtocol: 2, expect: '\r\n\r\n\0\r\nQUIT\n\x20\0\0\0' });
});

test('TLS is spoken with a server that wants it, and its certificate counts', async () => {
  using pki = new Pki();
  const { cert, key } = pki.issue('db', { san: 'DNS:db.lan' });
  await using servers = new Servers();
  const port = await servers.open(
    (socket) => socket.end('+READY'),
    (onConnection: (socket: Socket) => void) => tls.createServer({ cert, key }, onConnection),
  );
  const trusting = (serverName: string) => ({
    tls: true,
    expect: '+READY',
    transport: { ...transport, tls: { ...transport.tls, serverName, rootCAs: [pki.ca.cert] } },
  });
  await ask(port, trusting('db.lan'));
  await assert.rejects(ask(port, trusting('other.lan')), /other\.lan/);
  const plain = await servers.open((socket) => void socket.end());
  await assert.rejects(ask(plain, trusting('db.lan')), /closed|disconnected|ECONNRESET/i);
});
