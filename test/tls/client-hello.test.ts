import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import tls from 'node:tls';
import { type ClientHello, ClientHelloReader } from '../../src/tls/client-hello.ts';

/** What a real client sends first. */
async function greeting(options: tls.ConnectionOptions): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const server = net.createServer((socket) =>
    socket.once('data', (bytes) => {
      resolve(bytes);
      socket.destroy();
    }),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const client = tls.connect({ ...options, port: (server.address() as net.AddressInfo).port });
  client.on('error', () => {});
  try {
    return await promise;
  } finally {
    client.destroy();
    server.close();
  }
}

/** The same message in records of a few bytes. */
function fragmented(bytes: Buffer, recordBytes: number): Buffer {
  const message = bytes.subarray(5);
  const records: Buffer[] = [];
  for (let start = 0; start < message.length; start += recordBytes) {
    const fragment = message.subarray(start, start + recordBytes);
    records.push(Buffer.from([22, 3, 1, fragment.length >> 8, fragment.length & 255]), fragment);
  }
  return Buffer.concat(records);
}

function readAll(pieces: readonly Buffer[]): ClientHello | 'incomplete' | 'malformed' {
  const reader = new ClientHelloReader();
  for (const piece of pieces) {
    const read = reader.push(piece);
    if (read !== 'incomplete') return read;
  }
  return 'incomplete';
}

const bytewise = (bytes: Buffer): Buffer[] => [...bytes].map((byte) => Buffer.from([byte]));

test('the server name and the protocols are read', async () => {
  const bytes = await greeting({ servername: 'Plum.Example', ALPNProtocols: ['h2', 'http/1.1'] });
  const expected = { serverName: 'plum.example', protocols: ['h2', 'http/1.1'] };
  assert.deepEqual(readAll([bytes]), expected);
  assert.deepEqual(readAll(bytewise(bytes)), expected, 'byte by byte');
  assert.deepEqual(readAll([fragmented(bytes, 7)]), expected, 'in many records');
  assert.deepEqual(readAll(bytewise(fragmented(bytes, 1))), expected, 'in records of one byte');
});

test('a client may name neither', async () => {
  const bytes = await greeting({ maxVersion: 'TLSv1.2' });
  assert.deepEqual(readAll([bytes]), { serverName: undefined, protocols: [] });
});

test('a prefix of a greeting is never taken for the whole', async () => {
  const bytes = await greeting({ servername: 'plum.example' });
  for (let length = 0; length < bytes.length; length++)
    assert.equal(readAll([bytes.subarray(0, length)]), 'incomplete', `${length} bytes`);
});

test('what is no greeting is refused', () => {
  const record = (...bytes: number[]): Buffer => Buffer.from([22, 3, 1, 0, bytes.length, ...bytes]);
  const cases: Record<string, Buffer> = {
    'an empty record': record(),
    'a record longer than allowed': Buffer.from([22, 3, 1, 0x40, 1]),
    'another protocol version': Buffer.from([22, 2, 0, 0, 1, 1]),
    'another message than a ClientHello': record(2, 0, 0, 1, 0),
    'a message without limit': record(1, 0xff, 0xff, 0xff),
    'a message that ends too early': record(1, 0, 0, 2, 3, 3),
    'alerts instead of more': Buffer.concat([record(1, 0), Buffer.from([21, 3, 1, 0, 2, 1, 0])]),
  };
  for (const [name, bytes] of Object.entries(cases)) assert.equal(readAll([bytes]), 'malformed', name);
});

test('no byte that is changed makes it throw', async () => {
  const bytes = await greeting({ servername: 'plum.example', ALPNProtocols: ['http/1.1'] });
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes);
    changed[index] = 255 - (changed[index] ?? 0);
    readAll([changed]);
  }
});
