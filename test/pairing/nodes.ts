/** Nodes to pair with each other: data directories of their own, a time of day that a test may set. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { freePort } from '../../examples/demo/ports.ts';
import type { PairingOptions } from '../../src/pairing/options.ts';
import { Pairing, type PairingInit } from '../../src/pairing/pairing.ts';
import { WatchedFiles } from '../../src/tls/watched-files.ts';
import { ChildHarness } from './child-harness.ts';

export const silent = { info: () => {}, warn: () => {}, error: () => {} };

export const pairingOptions = (options: Partial<PairingOptions> = {}): PairingOptions => ({
  name: '',
  addresses: [],
  secret: '',
  secretFile: '',
  certificateLifetime: 86_400_000,
  maxParents: 1,
  rejoin: false,
  ...options,
});

export type NodeWish = Partial<Omit<PairingInit, 'options'>> & { readonly options?: Partial<PairingOptions> };

/** A node that can be stopped and started again with what it has kept. */
export class TestNode implements AsyncDisposable {
  readonly node = randomUUID();
  readonly directory: string;
  #pairing: Pairing | undefined;
  #harness: ChildHarness | undefined;
  #port = 0;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** On a port of its own, unless it shall take the place of another. */
  static async start(wish: NodeWish = {}, port?: number): Promise<TestNode> {
    const node = new TestNode(await mkdtemp(join(tmpdir(), 'fairlead-pairing-')));
    node.#port = port ?? (await freePort());
    await node.start(wish);
    return node;
  }

  async start({ options, ...wish }: NodeWish = {}): Promise<void> {
    this.#pairing = await Pairing.open({
      directory: this.directory,
      node: this.node,
      log: silent,
      files: new WatchedFiles({ pauseMs: 20 }),
      random: () => 0,
      ...wish,
      options: pairingOptions(options),
    });
    this.#harness = await ChildHarness.listen(this.#pairing, this.#port);
  }

  get pairing(): Pairing {
    return this.#pairing!;
  }

  get port(): ChildHarness {
    return this.#harness!;
  }

  async invite(expiresMs = 60_000): Promise<string> {
    const { address } = this.port;
    return (await this.pairing.invite({ addresses: [address], name: 'east', expiresMs })).invitation;
  }

  async stop(): Promise<void> {
    await this.#harness?.[Symbol.asyncDispose]();
    await this.#pairing?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
