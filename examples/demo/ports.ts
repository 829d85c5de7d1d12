import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Generous: a small machine may be busy with other things. */
const startLimitMs = 60_000;
/** For those who listen and see no reason to end a connection. */
const endLimitMs = 500;

/** The wanted port of 127.0.0.1 if nobody listens there, otherwise any free one. */
export async function freePort(wanted = 0): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0))!;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const taken = typeof address === 'object' ? address?.port : undefined;
      server.close(() => resolve(taken));
    });
  });
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
