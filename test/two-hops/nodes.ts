/** Real Fairlead processes on this machine that know each other as parents and children over mutual TLS. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { makeCertificates } from '../mutual-tls.ts';
import { Fairlead } from '../../examples/demo/fairlead.ts';
import { freePort } from '../../examples/demo/ports.ts';

export interface NodePlan {
  readonly name: string;
  /** `http` section of the file provider. */
  readonly http: object;
  /** Addresses by the name of the child. */
  readonly children?: Readonly<Record<string, string>>;
  /** Beside the file provider. */
  readonly providers?: object;
  /** Of `hub.providers.multicluster`. */
  readonly multicluster?: object;
  /** Taken beforehand by whoever must know them. */
  readonly ports?: Ports;
}

export interface Ports {
  readonly web: number;
  readonly uplink: number;
}

export interface RunningNode extends Ports {
  readonly uplinkAddress: string;
  readonly program: Fairlead;
  /** Rewrites what the file provider reads. */
  change(http: object): void;
}

export class Nodes implements AsyncDisposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'fairlead-nodes-'));
  readonly #stack = new AsyncDisposableStack();

  static async open(): Promise<Nodes> {
    const nodes = new Nodes();
    await makeCertificates(nodes.folder);
    return nodes;
  }

  /** What one shows to a child, and how one knows it. */
  get credentials() {
    const read = (name: string) => readFileSync(this.#at(name), 'utf8');
    return { ca: read('ca.crt'), cert: read('parent.crt'), key: read('parent.key') };
  }

  async ports(): Promise<Ports> {
    return { web: await freePort(), uplink: await freePort() };
  }

  async start(plan: NodePlan): Promise<RunningNode> {
    const { name, http } = plan;
    const { web, uplink } = plan.ports ?? (await this.ports());
    const program = await Fairlead.start({
      name,
      folder: this.folder,
      ports: [web, uplink],
      configuration: this.#static({ web, uplink }, plan),
      dynamic: { http, tls: this.#tls() },
    });
    this.#stack.use(program);
    const file = path.join(this.folder, name, 'dynamic.yml');
    const change = (next: object) => writeFileSync(file, stringify({ http: next, tls: this.#tls() }));
    return { web, uplink, uplinkAddress: `https://127.0.0.1:${uplink}`, program, change };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #static({ web, uplink }: Ports, { children = {}, providers, multicluster }: NodePlan): object {
    const serversTransport = { rootCAs: [this.#at('ca.crt')], certificates: [this.#pair('parent')] };
    const reached = Object.entries(children).map(([name, address]) => [name, { address, serversTransport }]);
    return {
      // On a large machine as on a small one.
      workers: 2,
      entryPoints: { web: { address: `127.0.0.1:${web}` } },
      log: { level: 'WARN' },
      providers,
      hub: {
        uplinkEntryPoints: {
          uplink: { address: `127.0.0.1:${uplink}`, http: { tls: { options: 'parents@file' } } },
        },
        providers: {
          multicluster: {
            pollInterval: '100ms',
            pollTimeout: '2s',
            ...multicluster,
            children: Object.fromEntries(reached),
          },
        },
      },
    };
  }

  #tls(): object {
    const clientAuth = { caFiles: [this.#at('ca.crt')], clientAuthType: 'RequireAndVerifyClientCert' };
    return {
      stores: { default: { defaultCertificate: this.#pair('child') } },
      options: { parents: { clientAuth } },
    };
  }

  #at(name: string): string {
    return path.join(this.folder, name);
  }

  #pair(name: string): { certFile: string; keyFile: string } {
    return { certFile: this.#at(`${name}.crt`), keyFile: this.#at(`${name}.key`) };
  }
}
