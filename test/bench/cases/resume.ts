import { once } from 'node:events';
import { connect } from 'node:tls';
import type { LoadResult } from '../load.ts';
import type { Aim } from './compared.ts';

const atOnce = 32;
/** One that all proxies know. */
const group = 'X25519';

/** Requests, each over a connection that resumes the session of the one before. */
export async function resume(aim: Aim): Promise<LoadResult> {
  const begun = performance.now();
  const until = begun + aim.seconds * 1000;
  const counts = await Promise.all(Array.from({ length: atOnce }, () => oneAfterTheOther(aim, until)));
  const seconds = (performance.now() - begun) / 1000;
  return { count: counts.reduce((sum, count) => sum + count, 0), seconds };
}

async function oneAfterTheOther(aim: Aim, until: number): Promise<number> {
  let session: Buffer | undefined;
  let count = 0;
  for (; performance.now() < until; count++) session = await ask(aim, session);
  return count;
}

/** Gives the session to go on with. */
async function ask({ port, host }: Aim, session: Buffer | undefined): Promise<Buffer | undefined> {
  const options = { port, host: '127.0.0.1', servername: host, rejectUnauthorized: false };
  const socket = connect({ ...options, ecdhCurve: group, session });
  let next = session;
  let answer = '';
  socket.on('session', (given: Buffer) => {
    next = given;
  });
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  await once(socket, 'secureConnect');
  if (session !== undefined && !socket.isSessionReused())
    throw new Error(`Port ${port} does not resume the session.`);
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`Port ${port} answered: ${answer.slice(0, 100)}`);
  return next;
}
