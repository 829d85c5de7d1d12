import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The private place where workers reach the control plane, like any other server. Nobody else may enter: the
 * folder is this user's alone.
 */
export class PrivateSocket implements AsyncDisposable {
  readonly path: string;
  readonly #folder: string;
  #server: Server | undefined;

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.path = join(folder, `${name}.sock`);
  }

  /** `name` says what is answered there. */
  static async create(name: string): Promise<PrivateSocket> {
    return new PrivateSocket(await mkdtemp(join(tmpdir(), `fairlead-${name}-`)), name);
  }

  async serve(server: Server): Promise<void> {
    this.#server = server;
    server.listen(this.path);
    await once(server, 'listening');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.close();
    this.#server?.closeAllConnections();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
