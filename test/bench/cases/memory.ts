import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { load } from '../load.ts';
import { fairlead } from '../proxies/fairlead.ts';
import { nginx } from '../proxies/nginx.ts';
import type { BenchOptions, Row } from '../report.ts';
import { type Contender, Scene } from './compared.ts';

const connections = 10_000;
const atOnce = 200;
const slowPath = '/1073741824';
const slowForMs = 2000;
const bytesPerMiB = 1_048_576;

/** Resident memory: idle, after load, for each kept connection, and for a client that hardly reads 1 GiB. */
export async function memory(options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  await using scene = await Scene.open({ ...options, name: 'memory', among: [fairlead, nginx] });
  for (const contender of scene.contenders) {
    const { running, proxy, aim } = contender;
    const row = (name: string, unit: string, sample: number): void => {
      rows.push({ case: `memory, ${name}`, proxy: proxy.name, unit, samples: [sample] });
    };
    row('idle', 'MiB', running.residentBytes() / bytesPerMiB);
    await load({ ...aim, seconds: options.seconds });
    row('after load', 'MiB', running.residentBytes() / bytesPerMiB);
    row('connection', 'KiB', (await growth(contender, keepMany)) / connections / 1024);
    row('slow client', 'MiB', (await growth(contender, readSlowly)) / bytesPerMiB);
  }
  return rows;
}

type Hold = (aim: Contender['aim']) => Promise<Socket[]>;

/** How much more is resident while the connections are held. */
async function growth({ running, aim }: Contender, hold: Hold): Promise<number> {
  const before = running.residentBytes();
  const held = await hold(aim);
  const bytes = running.residentBytes() - before;
  for (const socket of held) socket.destroy();
  await delay(500);
  return bytes;
}

async function keepMany(aim: Contender['aim']): Promise<Socket[]> {
  const held: Socket[] = [];
  while (held.length < connections) {
    held.push(...(await Promise.all(Array.from({ length: atOnce }, () => asked(aim, '/')))));
  }
  return held;
}

async function readSlowly(aim: Contender['aim']): Promise<Socket[]> {
  const socket = await asked(aim, slowPath);
  socket.pause();
  await delay(slowForMs);
  return [socket];
}

/** A connection with one answer, or the beginning of it. */
async function asked({ port, host }: Contender['aim'], path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.includes(' 200 ')) throw new Error(`Port ${port} answered: ${head.toString('latin1')}`);
  return socket;
}
