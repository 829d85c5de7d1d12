/** After a switch of protocols every byte arrives, once and in order, however slowly it is taken, in both directions. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { type Conversation, converse } from './conversation.ts';
import { Rig } from './rig.ts';

const connections = 6;
const offer = 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const accepted = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

/** Takes the head that comes first; what stands behind it is still to be read. */
async function headOf(socket: Socket): Promise<string> {
  let bytes = Buffer.alloc(0);
  for (let end = -1; end === -1; end = bytes.indexOf('\r\n\r\n')) {
    await once(socket, 'readable');
    bytes = Buffer.concat([bytes, (socket.read() as Buffer | null) ?? Buffer.alloc(0)]);
  }
  const end = bytes.indexOf('\r\n\r\n') + 4;
  if (end < bytes.length) socket.unshift(bytes.subarray(end));
  return bytes.toString('latin1', 0, end);
}

test('what is said after a switch of protocols arrives as it was said', { timeout: 600_000 }, async () => {
  const atServer: Promise<Conversation>[] = [];
  const serve = async (socket: Socket): Promise<Conversation> => {
    await headOf(socket);
    socket.write(accepted);
    return converse(socket);
  };
  await using rig = await Rig.start({ server: (socket) => void atServer.push(serve(socket)) });
  const ask = async (): Promise<Conversation> => {
    const socket = connect({ port: rig.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(offer);
    assert.match(await headOf(socket), /^HTTP\/1\.1 101 /);
    return converse(socket);
  };
  const here = await Promise.all(Array.from({ length: connections }, ask));
  const there = await Promise.all(atServer);
  assert.equal(new Set(here.map(({ said }) => said)).size, connections);
  const pairs = new Map(there.map(({ said, heard }) => [heard, said]));
  for (const { said, heard } of here) assert.equal(pairs.get(said), heard);
});
