/** Every byte arrives, once and in order, however slowly it is taken, in both directions and over TLS on either side. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, test } from 'node:test';
import tls from 'node:tls';
import { Pki } from '../tls/pki.ts';
import { type Conversation, converse } from './conversation.ts';
import { Servers, StreamRig, transport } from './stream-rig.ts';

const pki = new Pki();
after(() => pki[Symbol.dispose]());

const connections = 6;

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
  const heardThere: Promise<Conversation>[] = [];
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
