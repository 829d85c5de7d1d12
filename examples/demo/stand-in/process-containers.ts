import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { freePort, reachable } from '../ports.ts';
import { type ContainerPlan, type Containers, servicePort } from '../containers.ts';
import type { ContainerState } from './container-views.ts';
import { EngineApi } from './engine-api.ts';

const program = path.join(import.meta.dirname, '../service.mjs');

/** Where no Docker Engine is at hand: each "container" is a local process, and a stand-in answers the Engine API. */
export class ProcessContainers implements Containers {
  readonly description: string;
  readonly endpoint: string;
  readonly #containers = new Map<string, ContainerState>();
  readonly #processes = new Map<string, ChildProcess>();
  readonly #api = new EngineApi(this.#containers);

  /** The reason why there are no real containers is told to the reader. */
  static async open(folder: string, reason: string): Promise<ProcessContainers> {
    const socket = path.join(folder, 'engine.sock');
    const containers = new ProcessContainers(`unix://${socket}`, reason);
    await containers.#api.listen(socket);
    return containers;
  }

  private constructor(endpoint: string, reason: string) {
    this.endpoint = endpoint;
    this.description = `${reason}; small local processes play the containers`;
  }

  async run({ name, labels }: ContainerPlan): Promise<void> {
    const createdMs = Date.now();
    const id = createHash('sha256').update(`${name} ${createdMs}`).digest('hex');
    const fresh = { id, name, image: 'fairlead-demo', labels, createdMs, running: false, pid: 0 };
    this.#containers.set(name, { ...fresh, port: servicePort, publishedPort: 0 });
    this.#tell('create', name);
    await this.start(name);
  }

  async start(name: string): Promise<void> {
    const publishedPort = await freePort();
    const env = { ...process.env, NAME: name, PORT: String(publishedPort), ADDRESS: '127.0.0.1' };
    const child = spawn(process.execPath, [program], { env, stdio: 'ignore' });
    this.#processes.set(name, child);
    child.once('exit', () => this.#died(name, child));
    await reachable(publishedPort);
    this.#change(name, { running: true, pid: child.pid!, publishedPort });
    this.#tell('start', name);
  }

  async stop(name: string): Promise<void> {
    const child = this.#processes.get(name);
    if (!child) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }

  async remove(name: string): Promise<void> {
    await this.stop(name);
    const container = this.#containers.get(name);
    if (!container) return;
    this.#containers.delete(name);
    this.#api.emit('destroy', container);
  }

  stopCommand(name: string): string {
    return `kill ${this.#containers.get(name)?.pid}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of [...this.#containers.keys()]) await this.remove(name);
    await this.#api[Symbol.asyncDispose]();
  }

  /** Also when the reader kills the process by hand. */
  #died(name: string, child: ChildProcess): void {
    if (this.#processes.get(name) !== child) return;
    this.#processes.delete(name);
    this.#change(name, { running: false, pid: 0 });
    this.#tell('die', name);
  }

  #change(name: string, change: Partial<ContainerState>): void {
    this.#containers.set(name, { ...this.#containers.get(name)!, ...change });
  }

  #tell(action: string, name: string): void {
    this.#api.emit(action, this.#containers.get(name)!);
  }
}
