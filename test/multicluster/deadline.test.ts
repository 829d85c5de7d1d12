import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { test } from 'node:test';
import { Deadline } from '../../src/providers/multicluster/deadline.ts';

const passed = ({ signal }: Deadline) => once(signal, 'abort');

test('a limit passes with its reason, unless it is lifted or set anew', async () => {
  using deadline = new Deadline();
  deadline.set(1, new Error('first'));
  deadline.lift();
  deadline.set(1, new Error('second'));
  deadline.set(20, new Error('third'));
  await passed(deadline);
  assert.equal(deadline.signal.reason.message, 'third');
});

test('time that this process spent elsewhere is not held against the other side', async (context) => {
  using deadline = new Deadline();
  const server = createServer().listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  context.after(() => socket.destroy());
  const [other] = await once(server, 'connection');
  const came = once(socket, 'data');
  socket.on('data', () => deadline.lift());
  deadline.set(10, new Error('silent'));
  other.write('!');
  const endMs = performance.now() + 30;
  while (performance.now() < endMs);
  await came;
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(deadline.signal.aborted, false);
});
