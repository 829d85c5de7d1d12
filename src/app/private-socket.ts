import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { socketPath } from './directory-lock.ts';

const ownerOnly = 0o600;

/**
 * A place in the data directory where the program can be asked: by its workers, and by whoever runs its command
 * line. Whoever may enter there is this user; nobody else gets in.
 */
export class PrivateSocket implements AsyncDisposable {
  readonly path: string;
  #server: Server | undefined;

  /** `name` says what is answered there. */
  constructor(dataDirectory: string, name: 'api' | 'control' | 'metrics') {
    this.path = socketPath(dataDirectory, name);
  }

  /** The directory is ours alone, so that what lies there is left over from a run that was killed. */
  async serve(server: Server): Promise<void> {
    await rm(this.path, { force: true });
    this.#server = server;
    const mask = process.umask(0o777 & ~ownerOnly);
    try {
      // Bound at once, and so with the mask.
      server.listen(this.path);
    } finally {
      process.umask(mask);
    }
    await once(server, 'listening');
    await chmod(this.path, ownerOnly);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.close();
    this.#server?.closeAllConnections();
    await rm(this.path, { force: true });
  }
}
