import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { load } from '../load.ts';
import { bareNode } from '../proxies/bare-node.ts';
import { fairlead, fairleadWith } from '../proxies/fairlead.ts';
import { nginx } from '../proxies/nginx.ts';
import type { BenchOptions, Row } from '../report.ts';
import { type Comparison, type Contender, Scene } from './compared.ts';
import { atOnce, type Hold, kept, slowReader, webSockets } from './held.ts';
import { startEcho } from './ws.ts';

const connections = 10_000;
const encryptedConnections = 2000;
const sockets = 1000;
/** How often a few connections come and go beforehand. */
const rounds = 10;
const bytesPerMiB = 1_048_576;
/** Until everything that belongs to the start is over. */
const restMs = 2000;

type Tell = (name: string, unit: string, sample: number) => void;

/** Resident memory, in all situations that cost some. */
export async function memory(options: BenchOptions): Promise<Row[]> {
  const twice = [fairleadWith({ name: 'fairlead', flags: ['--workers=2'] }), bareNode(2)];
  return [
    ...(await measured({ ...options, name: 'two workers', among: twice }, atRest)),
    ...(await measured({ ...options, name: 'plain', among: [fairlead, nginx] }, plain)),
    ...(await measured(
      { ...options, name: 'TLS', among: [fairlead, bareNode(1)], encrypted: true },
      perConnection('TLS connection', kept, encryptedConnections),
    )),
    ...(await measured(
      { ...options, name: 'ws', among: [fairlead, nginx], backend: startEcho },
      perConnection('WebSocket', webSockets, sockets),
    )),
  ];

  async function plain(contender: Contender, tell: Tell): Promise<void> {
    const { running, aim } = contender;
    tell('one worker', 'MiB', running.residentBytes() / bytesPerMiB);
    await load({ ...aim, seconds: options.seconds });
    tell('after load', 'MiB', running.residentBytes() / bytesPerMiB);
    await perConnection('connection', kept, connections)(contender, tell);
    tell('slow client', 'MiB', (await growth(contender, slowReader)) / bytesPerMiB);
  }
}

async function measured(
  comparison: Comparison,
  measure: (contender: Contender, tell: Tell) => Promise<void>,
): Promise<Row[]> {
  const rows: Row[] = [];
  await using scene = await Scene.open(comparison);
  await delay(restMs);
  for (const contender of scene.contenders)
    await measure(contender, (name, unit, sample) =>
      rows.push({ case: `memory, ${name}`, proxy: contender.proxy.name, unit, samples: [sample] }),
    );
  return rows;
}

async function atRest({ running }: Contender, tell: Tell): Promise<void> {
  tell('two workers', 'MiB', running.residentBytes() / bytesPerMiB);
}

function perConnection(name: string, holding: (count: number) => Hold, count: number) {
  return async (contender: Contender, tell: Tell): Promise<void> => {
    // What is there for any number of connections that come and go is not counted.
    for (let round = 0; round < rounds; round++) release(await holding(atOnce)(contender.aim));
    await delay(restMs);
    tell(name, 'KiB', (await growth(contender, holding(count))) / count / 1024);
  };
}

function release(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.destroy();
}

/** How much more is resident while the connections are held. */
async function growth({ running, aim }: Contender, hold: Hold): Promise<number> {
  const before = running.residentBytes();
  const held = await hold(aim);
  const bytes = running.residentBytes() - before;
  release(held);
  await delay(500);
  return bytes;
}
