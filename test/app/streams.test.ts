/** TCP and UDP through the whole program, with several workers and a configuration that changes. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../examples/demo/ports.ts';
import { Program } from './running-program.ts';

async function tcpServer(stack: AsyncDisposableStack, greeting: string): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).write(greeting));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function udpServer(stack: AsyncDisposableStack): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (datagram, { port, address }) => socket.send(`echo ${datagram}`, port, address));
  stack.defer(() => void socket.close());
  return socket.address().port;
}

async function askTcp(port: number): Promise<{ answer: string; leave: () => void }> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  const answer = await Promise.race([once(socket, 'data').then(String), once(socket, 'end').then(() => '')]);
  return { answer, leave: () => socket.destroy() };
}

async function askUdp(port: number, text: string): Promise<string> {
  const socket = createSocket('udp4');
  socket.send(text, port, '127.0.0.1');
  const [datagram] = await once(socket, 'message', { signal: AbortSignal.timeout(60_000) });
  socket.close();
  return String(datagram);
}

const dynamic = (servers: readonly number[], udp: number, amount: number): string =>
  JSON.stringify({
    tcp: {
      routers: { r: { entryPoints: ['raw'], rule: 'HostSNI(`*`)', service: 's', middlewares: ['m'] } },
      services: {
        s: { loadBalancer: { servers: servers.map((port) => ({ address: `127.0.0.1:${port}` })) } },
      },
      middlewares: { m: { inFlightConn: { amount } } },
    },
    udp: {
      routers: { u: { entryPoints: ['dns'], service: 'd' } },
      services: { d: { loadBalancer: { servers: [{ address: `127.0.0.1:${udp}` }] } } },
    },
  });

test('several workers forward TCP and UDP as one would', { timeout: 300_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const [a, b] = [await tcpServer(stack, 'a'), await tcpServer(stack, 'b')];
  const udp = await udpServer(stack);
  const [raw, dns] = [await freePort(), await freePort()];
  const program = stack.use(
    new Program({
      'static.yml': JSON.stringify({
        workers: 3,
        log: { level: 'INFO' },
        entryPoints: { raw: { address: `127.0.0.1:${raw}` }, dns: { address: `127.0.0.1:${dns}/udp` } },
        providers: { file: { filename: '{{folder}}/dynamic.yml' } },
        dataDirectory: '{{folder}}/data',
      }),
      'dynamic.yml': dynamic([a, b], udp, 6),
    }),
  );
  await program.says(/Serving\./);
  const connections = [];
  for (let index = 0; index < 6; index++) connections.push(await askTcp(raw));
  assert.equal(connections.map(({ answer }) => answer).join(''), 'ababab', 'turns are exact over workers');
  assert.equal((await askTcp(raw)).answer, '', 'so is the limit');
  assert.deepEqual(await Promise.all([askUdp(dns, '1'), askUdp(dns, '2')]), ['echo 1', 'echo 2']);

  program.write('dynamic.yml', dynamic([b], udp, 7));
  await program.says(/changed .*tcp middleware m@file/);
  const seventh = await askTcp(raw);
  assert.equal(seventh.answer, 'b');
  assert.equal((await askTcp(raw)).answer, '', 'those from before the change count');
  for (const { leave } of [...connections, seventh]) leave();
});
