import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';

/** Longer paths of Unix sockets are cut off by the system without a word. */
const socketPathMax = 100;

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
    if (await answers(path)) return 'taken';
    await rm(path, { force: true });
    const server = createServer((socket) => socket.destroy()).unref();
    try {
      server.listen(path);
      await once(server, 'listening');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return 'taken';
      throw error;
    }
    return new DirectoryLock(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((done) => this.#server.close(done));
  }
}

/** Of a Unix socket in a directory; from here, where the whole would be too long. */
export function socketPath(directory: string, name: string): string {
  const path = join(directory, name);
  if (path.length <= socketPathMax) return path;
  const near = relative(process.cwd(), path);
  if (near.length > socketPathMax) throw new Error('its path is too long for a socket');
  return near;
}

/** Nobody behind it: its owner has ended without cleaning up. */
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
