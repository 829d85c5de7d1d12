import path from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Containers } from './containers.ts';
import { EngineContainers, reachableEngine } from './engine-containers.ts';
import { Fairlead } from './fairlead.ts';
import { freePort } from './ports.ts';
import { ProcessContainers } from './stand-in/process-containers.ts';

export const hosts = ['east', 'west'] as const;
export type HostName = (typeof hosts)[number];
export const sites = ['shop', 'blog', 'news'] as const;

/** Where a reader would look first; any free port where it is taken. */
const parentPort = 8080;
const parentApiPort = 8081;

/** Two children, a parent and their containers, all on this machine; gone without a trace when disposed. */
export class World implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly #programs: Fairlead[] = [];
  readonly containers: Containers;
  readonly folder: string;
  /** Ports of the entry points on 127.0.0.1. */
  parentPort = 0;
  parentApiPort = 0;
  readonly childPorts: Record<HostName, number> = { east: 0, west: 0 };
  readonly uplinkPorts: Record<HostName, number> = { east: 0, west: 0 };

  static async create(): Promise<World> {
    const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-demo-'));
    const world = new World(folder, await openContainers(folder));
    try {
      for (const host of hosts) await world.#startChild(host);
      await world.#startParent();
      return world;
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(folder: string, containers: Containers) {
    this.folder = folder;
    this.containers = containers;
    this.#stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    this.#stack.use(containers);
  }

  /** A program by its name: `parent`, or that of its host. */
  program(name: HostName | 'parent'): Fairlead {
    return this.#programs.find((each) => each.name === name)!;
  }

  /** The end of every log, for when something went wrong. */
  get logs(): string {
    return this.#programs.map(({ name, log }) => `--- ${name}\n${log}`).join('\n');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  async #start(plan: Omit<Parameters<typeof Fairlead.start>[0], 'folder'>): Promise<void> {
    const fairlead = await Fairlead.start({ ...plan, folder: this.folder });
    this.#programs.push(this.#stack.use(fairlead));
  }

  async #startChild(host: HostName): Promise<void> {
    const [web, uplink] = [await freePort(), await freePort()];
    this.childPorts[host] = web;
    this.uplinkPorts[host] = uplink;
    await this.#start({
      name: host,
      ports: [web, uplink],
      configuration: {
        entryPoints: { web: { address: `127.0.0.1:${web}` } },
        hub: { pairing: {}, uplinkEntryPoints: { uplink: { address: `127.0.0.1:${uplink}` } } },
        providers: {
          docker: {
            endpoint: this.containers.endpoint,
            exposedByDefault: false,
            useBindPortIP: true,
            // One engine plays both hosts: each child looks at its own containers only.
            constraints: `Label(\`demo.host\`, \`${host}\`)`,
          },
        },
      },
      dynamic: {},
    });
  }

  async #startParent(): Promise<void> {
    this.parentPort = await freePort(parentPort);
    this.parentApiPort = await freePort(parentApiPort);
    const router = (site: string) => ({
      rule: `Host(\`${site}.localhost\`)`,
      service: `${site}@multicluster`,
    });
    await this.#start({
      name: 'parent',
      ports: [this.parentPort, this.parentApiPort],
      configuration: {
        entryPoints: {
          web: { address: `127.0.0.1:${this.parentPort}` },
          traefik: { address: `127.0.0.1:${this.parentApiPort}` },
        },
        api: { insecure: true },
        hub: { pairing: {} },
      },
      dynamic: { http: { routers: Object.fromEntries(sites.map((site) => [site, router(site)])) } },
    });
  }
}

/** Real containers where that is possible. */
async function openContainers(folder: string): Promise<Containers> {
  const engine = await reachableEngine();
  if (engine === undefined) return ProcessContainers.open(folder, 'no Docker Engine is reachable here');
  try {
    return await EngineContainers.open(engine);
  } catch (error) {
    const reason = `the Docker Engine at ${engine} cannot be used: ${(error as Error).message}`;
    return ProcessContainers.open(folder, reason);
  }
}
