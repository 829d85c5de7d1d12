import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { Contender } from './compared.ts';
import { upgraded } from './ws.ts';

/** So many are opened at a time. */
export const atOnce = 200;
const slowPath = '/1073741824';
const slowForMs = 2000;

type Aim = Contender['aim'];
export type Hold = (aim: Aim) => Promise<Socket[]>;

/** So many connections, each of which has had an answer. */
export function kept(count: number): Hold {
  return many(count, (aim) => asked(aim, '/'));
}

/** So many WebSockets that say nothing. */
export function webSockets(count: number): Hold {
  return many(count, (aim) => upgraded({ ...aim, seconds: 0 }));
}

/** A client that wants 1 GiB and hardly reads. */
export async function slowReader(aim: Aim): Promise<Socket[]> {
  const socket = await asked(aim, slowPath);
  socket.pause();
  await delay(slowForMs);
  return [socket];
}

function many(count: number, open: (aim: Aim) => Promise<Socket>): Hold {
  return async (aim) => {
    const held: Socket[] = [];
    while (held.length < count)
      held.push(...(await Promise.all(Array.from({ length: atOnce }, () => open(aim)))));
    return held;
  };
}

/** A connection with one answer, or the beginning of it. */
async function asked({ port, host, encrypted }: Aim, path: string): Promise<Socket> {
  const place = { port, host: '127.0.0.1' };
  const socket = encrypted ? connectTls({ ...place, rejectUnauthorized: false }) : connect(place);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.includes(' 200 ')) throw new Error(`Port ${port} answered: ${head.toString('latin1')}`);
  return socket;
}
