/** Every byte arrives, once and in order, however slowly it is taken, in both directions and over TLS on either side. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import tls from 'node:tls';
import { Pki } from '../tls/pki.ts';
import { Servers, StreamRig, transport } from './stream-rig.ts';

const pki = new Pki();
after(() => pki[Symbol.dispose]());

const bytesEachWay = 2_000_000;
/** Small and large, at the borders of what is copied and what is lent. */
const sizes = [1, 100, 16_384, 16_385, 65_536, 65_537, 200_000];
const connections = 6;

/** Sends noise in pieces of all sizes, then finishes its side; resolves with the hash of what it sent. */
async function speak(socket: Socket): Promise<string> {
  const hash = createHash('sha1');
  for (let sent = 0, piece = 0; sent < bytesEachWay; piece++) {
    const bytes = randomBytes(sizes[piece % sizes.length]!);
    hash.update(bytes);
    sent += bytes.length;
    if (!socket.write(bytes)) await once(socket, 'drain');
  }
  socket.end();
  return hash.digest('hex');
}

/** Takes what comes with pauses, until the other side has finished. */
async function listen(socket: Socket): Promise<string> {
  const hash = createHash('sha1');
  let pieces = 0;
  for await (const chunk of socket) {
    hash.update(chunk);
    pieces += 1;
    if (pieces % 16 === 0) await delay(1);
  }
  return hash.digest('hex');
}

async function converse(socket: Socket): Promise<{ readonly said: string; readonly heard: string }> {
  const [said, heard] = await Promise.all([speak(socket), listen(socket)]);
  return { said, heard };
}

for (const client of ['plain', 'TLS'] as const) {
  for (const server of ['plain', 'TLS'] as const) {
    test(`a ${client} client and a ${server} server`, { timeout: 600_000 }, () =>
      conversations(client, server),
    );
  }
}

async function conversations(client: 'plain' | 'TLS', server: 'plain' | 'TLS'): Promise<void> {
  const issued = pki.issue('both', { san: 'DNS:both.lan' });
  await using servers = new Servers();
  const heardThere: Promise<{ said: string; heard: string }>[] = [];
  const options = { ...issued, allowHalfOpen: true };
  const secure = (take: (socket: Socket) => void) => tls.createServer(options, take);
  const take = (socket: Socket) => heardThere.push(converse(socket));
  const port = await (server === 'TLS' ? servers.open(take, secure) : servers.open(take));
  const ownTls = { ...transport.tls, serverName: 'both.lan', rootCAs: [pki.ca.cert] };
  await using rig = await StreamRig.start({
    tcpRouters: {
      all: {
        rule: 'HostSNI(`*`)',
        service: 'app',
        tls: client === 'TLS' ? { passthrough: false, options: 'default' } : undefined,
      },
    },
    services: {
      app: {
        type: 'loadBalancer',
        value: { servers: [{ address: `127.0.0.1:${port}`, tls: server === 'TLS' }], transport: 'default' },
      },
    },
    transport: { terminationDelayMs: -1, tls: ownTls },
    certificates: [issued],
  });
  const open = (): Socket => {
    const socket = rig.connect();
    return client === 'TLS'
      ? tls.connect({
          socket,
          ca: pki.ca.cert,
          servername: 'both.lan',
          allowHalfOpen: true,
        } as tls.ConnectionOptions)
      : socket;
  };
  const here = await Promise.all(Array.from({ length: connections }, () => converse(open())));
  const there = await Promise.all(heardThere);
  assert.deepEqual(here.map(({ said }) => said).sort(), there.map(({ heard }) => heard).sort());
  assert.deepEqual(here.map(({ heard }) => heard).sort(), there.map(({ said }) => said).sort());
  const pairs = new Map(there.map(({ said, heard }) => [heard, said]));
  for (const { said, heard } of here) assert.equal(pairs.get(said), heard, 'each has spoken with one server');
}
