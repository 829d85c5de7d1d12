import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificates } from '../mutual-tls.ts';
import { Fairlead } from '../../examples/demo/fairlead.ts';
import { freePort } from '../../examples/demo/ports.ts';

export interface ChildPlan {
  readonly name: string;
  /** The address its uplink port listens on: each host has one of its own. */
  readonly address: string;
  readonly endpoint: string;
  readonly constraints: string;
}

export interface Child {
  readonly webPort: number;
  readonly uplink: string;
}

/** Fairlead processes that play hosts, with certificates that they trust; gone when disposed. */
export class Hosts implements AsyncDisposable {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'fairlead-hosts-'));
  readonly #stack = new AsyncDisposableStack();
  readonly programs: Fairlead[] = [];

  static async open(addresses: string[]): Promise<Hosts> {
    const hosts = new Hosts();
    await makeCertificates(hosts.#folder, addresses);
    return hosts;
  }

  async child({ name, address, endpoint, constraints }: ChildPlan): Promise<Child> {
    const [webPort, uplinkPort] = [await freePort(), await freePort()];
    const uplink = `${address}:${uplinkPort}`;
    await this.#start({
      name,
      ports: [webPort],
      configuration: {
        entryPoints: { web: { address: `127.0.0.1:${webPort}` } },
        hub: {
          uplinkEntryPoints: { uplink: { address: uplink, http: { tls: { options: 'parents@file' } } } },
        },
        providers: { docker: { endpoint, exposedByDefault: false, constraints } },
      },
      dynamic: {
        tls: {
          stores: { default: { defaultCertificate: this.#pair('child') } },
          options: {
            parents: {
              clientAuth: { caFiles: [this.#at('ca.crt')], clientAuthType: 'RequireAndVerifyClientCert' },
            },
          },
        },
      },
    });
    return { webPort, uplink };
  }

  /** Returns the port. The routers are those of the file provider. */
  async parent(children: Readonly<Record<string, Child>>, routers: object): Promise<number> {
    const port = await freePort();
    const trust = { rootCAs: [this.#at('ca.crt')], certificates: [this.#pair('parent')] };
    const reached = Object.entries(children).map(([name, { uplink }]) => [
      name,
      { address: `https://${uplink}`, serversTransport: trust },
    ]);
    await this.#start({
      name: 'parent',
      ports: [port],
      configuration: {
        entryPoints: { web: { address: `127.0.0.1:${port}` } },
        hub: {
          providers: { multicluster: { pollInterval: '200ms', children: Object.fromEntries(reached) } },
        },
      },
      dynamic: { http: { routers } },
    });
    return port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(plan: Omit<Parameters<typeof Fairlead.start>[0], 'folder'>): Promise<void> {
    const fairlead = await Fairlead.start({ ...plan, folder: this.#folder });
    this.programs.push(this.#stack.use(fairlead));
  }

  #at(name: string): string {
    return path.join(this.#folder, name);
  }

  #pair(name: string): { certFile: string; keyFile: string } {
    return { certFile: this.#at(`${name}.crt`), keyFile: this.#at(`${name}.key`) };
  }
}
