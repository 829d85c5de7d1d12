import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, mock, test } from 'node:test';
import tls from 'node:tls';
import { readPair } from '../../src/tls/certificate-pair.ts';
import { SecureServer } from '../../src/tls/secure-server.ts';
import { TicketKeyRing } from '../../src/tls/ticket-key-ring.ts';
import { makeTicketKey, TicketKeys, ticketKeyMs } from '../../src/tls/ticket-keys.ts';
import { builtInOptions } from '../../src/tls/tls-options.ts';
import { type Issued, Pki } from './pki.ts';

let pki: Pki;
let issued: Issued;
before(() => {
  pki = new Pki();
  issued = pki.issue('server', { san: 'DNS:server.example' });
});
after(() => pki[Symbol.dispose]());

/** What accepts TLS in one worker. */
async function worker(ticketKeys: TicketKeys): Promise<AsyncDisposable & { port: number }> {
  const { certificate } = readPair(issued);
  const options = builtInOptions;
  const secure = new SecureServer({ name: 'default', options, certificate, use: 'tcp', ticketKeys });
  const server = createServer((socket) =>
    secure.accept(socket, {
      onSecure: (accepted) => accepted.on('error', () => {}).end('hello'),
      onFailure: () => socket.destroy(),
    }),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      await new Promise((done) => server.close(done));
    },
  };
}

type Version = 'TLSv1.2' | 'TLSv1.3';

interface Visit {
  readonly resumed: boolean;
  /** The last one the server gave. */
  readonly session: Buffer | undefined;
}

async function visit(port: number, maxVersion: Version, session?: Buffer): Promise<Visit> {
  const host = '127.0.0.1';
  const socket = tls.connect({
    port,
    host,
    servername: 'server.example',
    ca: pki.ca.cert,
    session,
    maxVersion,
  });
  let given: Buffer | undefined;
  socket.on('session', (next: Buffer) => {
    given = next;
  });
  await once(socket, 'secureConnect');
  const resumed = socket.isSessionReused();
  await once(socket.resume(), 'close');
  return { resumed, session: given };
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a session of ${version} that began at one worker goes on at another`, async () => {
    const keys = [makeTicketKey()];
    await using one = await worker(new TicketKeys(keys));
    await using other = await worker(new TicketKeys(keys));
    const { session } = await visit(one.port, version);
    assert.ok((await visit(other.port, version, session)).resumed);
  });
}

test('keys are replaced by the clock; what was sealed by the one before is opened still', async () => {
  mock.timers.enable({ apis: ['setInterval'] });
  const keys = new TicketKeys([]);
  using ring = new TicketKeyRing((next) => keys.replace(next));
  keys.replace(ring.keys);
  await using place = await worker(keys);
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const first = await visit(place.port, version);
    mock.timers.tick(ticketKeyMs);
    const second = await visit(place.port, version, first.session);
    assert.ok(second.resumed, `${version}: its key is the one before`);
    mock.timers.tick(ticketKeyMs);
    assert.ok(!(await visit(place.port, version, first.session)).resumed, `${version}: its key has gone`);
    if (second.session !== undefined)
      assert.ok((await visit(place.port, version, second.session)).resumed, `${version}: sealed anew`);
  }
  mock.timers.reset();
});

test('a ticket that nobody here has sealed is no session', async () => {
  await using one = await worker(new TicketKeys([Buffer.alloc(48, 1)]));
  await using stranger = await worker(new TicketKeys([Buffer.alloc(48, 2)]));
  const { session } = await visit(one.port, 'TLSv1.3');
  assert.ok(!(await visit(stranger.port, 'TLSv1.3', session)).resumed);
});
