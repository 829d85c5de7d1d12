import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The private place where workers reach the control plane, like any other server. Nobody else may enter: the
 * folder is this user's alone.
 */
export class ApiSocket implements AsyncDisposable {
  readonly path: string;
  readonly #folder: string;
  #server: Server | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'api.sock');
  }

  static async create(): Promise<ApiSocket> {
    return new ApiSocket(await mkdtemp(join(tmpdir(), 'fairlead-api-')));
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
