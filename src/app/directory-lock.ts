import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Longer paths of Unix sockets are cut off by the system without a word. */
const socketPathMax = 107;
/** Of sockets in one directory: all of them fit, or none does. */
const nameMax = 'metrics'.length;
const justTakenMs = 50;

/**
 * Says that a directory has an owner as long as that owner lives. A socket and not a file with a process id:
 * the system closes it with the process, and in a container every process has the id 1.
 */
export class DirectoryLock implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async take(directory: string): Promise<DirectoryLock | 'taken'> {
    const path = socketPath(directory, 'lock');
    const server = createServer((socket) => socket.destroy()).unref();
    while (!(await listens(server, path))) {
      // Who has just taken it may not be listening yet.
      if ((await answers(path)) || (await answersSoon(path))) return 'taken';
      await rm(path, { force: true });
    }
    return new DirectoryLock(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((done) => this.#server.close(done));
  }
}

/** Of a Unix socket in a directory; from here, where the whole would be too long. */
export function socketPath(directory: string, name: string): string {
  if (fits(directory)) return join(directory, name);
  const near = relative(process.cwd(), directory);
  if (!fits(near)) throw new Error('its path is too long for a socket');
  return join(near, name);
}

const fits = (directory: string): boolean => Buffer.byteLength(directory) + 1 + nameMax <= socketPathMax;

/** False where it is somebody's, or was. */
async function listens(server: Server, path: string): Promise<boolean> {
  try {
    await once(server.listen(path), 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

async function answersSoon(path: string): Promise<boolean> {
  await pause(justTakenMs);
  return answers(path);
}

/** Where nobody does, its owner has ended without cleaning up. */
async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
