import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { socketPath } from './directory-lock.ts';

/** In the data directory: where the command line reaches the program that runs. */
const name = 'control';
const ownerOnly = 0o600;

export const controlSocketPath = (dataDirectory: string): string => socketPath(dataDirectory, name);

/** Listens for whoever may enter the data directory of this node: that is the proof of running it. */
export class ControlSocket implements AsyncDisposable {
  readonly #path: string;
  readonly #server: Server;

  private constructor(path: string, server: Server) {
    this.#path = path;
    this.#server = server;
  }

  /** The directory is ours alone, so that what lies there is left over from a run that was killed. */
  static async serve(dataDirectory: string, server: Server): Promise<ControlSocket> {
    const path = controlSocketPath(dataDirectory);
    await rm(path, { force: true });
    const mask = process.umask(0o777 & ~ownerOnly);
    try {
      // Bound at once, and so with the mask.
      server.listen(path);
    } finally {
      process.umask(mask);
    }
    await once(server, 'listening');
    await chmod(path, ownerOnly);
    return new ControlSocket(path, server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.#path, { force: true });
  }
}
