import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type ListenOptions, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Generous: a small machine may be busy with other things. */
const startLimitMs = 180_000;
/** For those who listen and see no reason to end a connection. */
const endLimitMs = 500;
/** Below the range from which systems take the ports of outgoing connections. */
const range = { first: 20_000, count: 12_000 };
/** Of the ports of this process; those before are long done with. */
const marksMax = 1_000;
const triesMax = 1_000;
const marks: Server[] = [];

/**
 * The wanted port of 127.0.0.1 if nobody listens there, otherwise any free one. It is ours until this process ends, or
 * has asked for a thousand more: nobody who asks here gets it too, and the system gives it to nobody by itself. Programs
 * that share ports would not even notice that they have the same one.
 */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted !== undefined && (await take(wanted))) return wanted;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const port = range.first + randomInt(range.count);
    if (await take(port)) return port;
  }
  throw new Error(`no free port of 127.0.0.1 found from ${range.first} on`);
}

/** An abstract socket is a mark that vanishes with its process, and belongs to a network namespace as ports do. */
async function take(port: number): Promise<boolean> {
  const mark = await listen({ path: `\0fairlead-port-${port}` });
  if (mark === undefined) return false;
  mark.unref();
  marks.push(mark);
  if (marks.length > marksMax) marks.shift()!.close();
  const server = await listen({ port, host: '127.0.0.1' });
  server?.close();
  if (server !== undefined) await once(server, 'close');
  return server !== undefined;
}

async function listen(where: ListenOptions) {
  const server = createServer();
  try {
    await once(server.listen(where), 'listening');
    return server;
  } catch {
    return undefined;
  }
}

/** Waits until somebody accepts connections there. */
export async function reachable(port: number): Promise<void> {
  const end = Date.now() + startLimitMs;
  while (!(await accepts(port))) {
    if (Date.now() > end) throw new Error(`nothing listens on 127.0.0.1:${port}`);
    await sleep(20);
  }
}

/**
 * A connection alone says little: the system makes it for whoever only tries whether the port is free, and resets
 * it when that one has gone. Who really listens lets it end.
 */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.setTimeout(endLimitMs, () => socket.destroy()).end());
    socket.on('error', () => {}).once('close', (failed) => resolve(!failed));
    socket.resume();
  });
}
