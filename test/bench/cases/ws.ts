import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadResult } from '../load.ts';
import type { BenchOptions, Row } from '../report.ts';
import { type Aim, compared } from './compared.ts';

const sockets = 1000;
const atOnce = 32;
/** Masked text of ten characters; nobody between client and server looks inside. */
const message = Buffer.from('818a00000000' + '30313233343536373839', 'hex');
const key = Buffer.alloc(16).toString('base64');
/** RFC 6455, 1.3. */
const proof = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const accepted =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  `Sec-WebSocket-Accept: ${proof}\r\n\r\n`;

/** A thousand WebSockets, each with one small message under way; and what it costs to open and close them. */
export async function ws(options: BenchOptions): Promise<Row[]> {
  const common = { ...options, backend: startEcho };
  return [
    ...(await compared({ ...common, name: 'ws', unit: 'µs/message', drive: echo })),
    ...(await compared({ ...common, name: 'ws, fresh', unit: 'µs/connection', drive: comeAndGo })),
  ];
}

export async function startEcho(_folder: string, port: number): Promise<AsyncDisposable> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy());
    socket.once('data', (head: Buffer) => {
      if (!head.includes('websocket')) return socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      socket.write(accepted);
      socket.on('data', (bytes) => socket.write(bytes));
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

async function echo(aim: Aim, spent: () => number): Promise<LoadResult> {
  const open: Socket[] = [];
  while (open.length < sockets) open.push(await upgraded(aim));
  let count = 0;
  const before = spent();
  for (const socket of open) {
    socket.on('data', () => {
      count++;
      socket.write(message);
    });
    socket.write(message);
  }
  const begun = performance.now();
  await delay(aim.seconds * 1000);
  const seconds = (performance.now() - begun) / 1000;
  const microseconds = spent() - before;
  for (const socket of open) socket.destroy();
  return { count, seconds, microseconds };
}

async function comeAndGo(aim: Aim): Promise<LoadResult> {
  const begun = performance.now();
  const until = begun + aim.seconds * 1000;
  const visitors = Array.from({ length: atOnce }, async () => {
    let count = 0;
    for (; performance.now() < until; count++) (await upgraded(aim)).destroy();
    return count;
  });
  const counts = await Promise.all(visitors);
  const seconds = (performance.now() - begun) / 1000;
  return { count: counts.reduce((sum, count) => sum + count, 0), seconds };
}

export async function upgraded({ port, host }: Aim): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const webSocket = `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}`;
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\n${webSocket}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.includes(' 101 '))
    throw new Error(`Port ${port} does not switch protocols: ${head.toString('latin1')}`);
  return socket;
}
