/** What becomes of connections to servers when the certificate that they are shown is renewed. */
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { Handler } from '../../src/model/exchange.ts';
import type { TransportRecord } from '../../src/model/wire.ts';
import { authorityCertificate, childCertificate, parentCertificate } from '../../src/pairing/certificates.ts';
import { generateKey } from '../../src/pairing/keys.ts';
import { plainTransport, Rig } from './rig.ts';

const publicOf = (key: string) => createPublicKey(createPrivateKey(key));
const term = { nowMs: Date.now(), lifetimeMs: 3_600_000 };
const [authorityKey, serverKey, ownKey, otherKey] = await Promise.all([1, 2, 3, 4].map(() => generateKey()));
const signer = { key: authorityKey!, certificate: authorityCertificate(authorityKey!, term.nowMs) };
const serverName = 'server.test';
const shown = {
  cert: childCertificate(signer, { publicKey: publicOf(serverKey!), serverName, ...term }),
  key: serverKey!,
  ca: signer.certificate,
  requestCert: true,
};
const own = (key = ownKey!) => ({
  cert: parentCertificate(signer, { publicKey: publicOf(key), ...term }),
  key,
});
const serial = ({ cert }: { cert: string }) => new X509Certificate(cert).serialNumber;

interface Scene {
  /** Serial number of the certificate that each connection has shown, and of what was asked on it. */
  readonly connections: string[];
  readonly asked: string[];
  readonly rig: Rig;
  show(transport: Partial<TransportRecord>): void;
  /** Resolves with the answer, which comes when the server is told so. */
  ask(path?: string): Promise<string>;
  release(): void;
}

const ends: (() => unknown)[] = [];
after(() => Promise.all(ends.map((end) => end())));

async function scene(
  protocol: 'HTTP/1.1' | 'HTTP/2',
  first: TransportRecord['certificates'][number],
): Promise<Scene> {
  const connections: string[] = [];
  const asked: string[] = [];
  const held: (() => void)[] = [];
  const shownBy = (socket: unknown) => (socket as TLSSocket).getPeerX509Certificate()!.serialNumber;
  const answer = (request: { url?: string; socket: unknown }, response: { end(text: string): unknown }) => {
    const by = request.socket as { serial?: string };
    asked.push((by.serial ??= shownBy(by)));
    if (request.url === '/held') held.push(() => response.end('held'));
    else response.end('done');
  };
  const server = protocol === 'HTTP/2' ? http2.createSecureServer(shown) : https.createServer(shown);
  server.on('request', answer as never);
  server.on('secureConnection', (socket: TLSSocket) => connections.push(shownBy(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let current: Handler & { release(): void };
  let last: TransportRecord = {
    ...plainTransport,
    ...{ rootCAs: [signer.certificate], serverName, certificates: [first] },
    disableHTTP2: protocol !== 'HTTP/2',
  };
  const rig = await Rig.start({ handler: () => ({ handle: (exchange) => current.handle(exchange) }) });
  const acquire = () =>
    rig.forwarders.acquire({
      server: { url, weight: 1, preservePath: false, uplink: undefined },
      transport: last,
      passHostHeader: true,
    });
  current = acquire();
  ends.push(async () => {
    await rig[Symbol.asyncDispose]();
    server.close();
  });
  return {
    ...{ connections, asked, rig },
    show(transport) {
      last = { ...last, ...transport };
      const next = acquire();
      current.release();
      current = next;
    },
    ask: (path = '/') => rig.exchange(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    release: () => {
      for (const end of held.splice(0)) end();
    },
  };
}

for (const protocol of ['HTTP/1.1', 'HTTP/2'] as const) {
  test(`${protocol}: connections outlive the certificate they were begun with, when it is renewed`, async () => {
    const [first, renewed] = [own(), own()];
    const { connections, asked, show, ask } = await scene(protocol, first);
    assert.match(await ask(), /done/);
    show({ certificates: [renewed] });
    assert.match(await ask(), /done/);
    assert.deepEqual(connections, [serial(first)]);
    assert.deepEqual(asked, [serial(first), serial(first)]);
  });

  test(`${protocol}: another key, authority or name is met over connections of their own`, async () => {
    const first = own();
    const another = own(otherKey);
    const { connections, show, ask } = await scene(protocol, first);
    await ask();
    show({ certificates: [another] });
    await ask();
    show({ rootCAs: [signer.certificate, signer.certificate] });
    await ask();
    show({ insecureSkipVerify: true, serverName: 'other.test' });
    await ask();
    assert.deepEqual(connections, [serial(first), ...Array(3).fill(serial(another))]);
  });
}

test('new connections show the renewed certificate, and resume nothing', async () => {
  const [first, renewed] = [own(), own()];
  const { connections, asked, show, ask, release } = await scene('HTTP/1.1', first);
  await ask();
  const held = ask('/held');
  while (asked.length < 2) await new Promise(setImmediate);
  show({ certificates: [renewed] });
  assert.match(await ask(), /done/);
  release();
  assert.match(await held, /held/);
  assert.deepEqual(connections, [serial(first), serial(renewed)]);
  assert.equal(asked.at(-1), serial(renewed));
});
