/** Real Fairlead processes on this machine that are to pair with each other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Fairlead } from '../../examples/demo/fairlead.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { EndlessServer } from './endless-answer.ts';

export interface PairingNodePlan {
  readonly name: string;
  /** `http` section of the file provider. */
  readonly http: object;
  /** `hub.pairing`. */
  readonly pairing?: object;
  /** `hub.providers.multicluster`. */
  readonly multicluster?: object;
  /** Variables of its process. */
  readonly env?: Readonly<Record<string, string>>;
  /** It offers uplinks on a port of its own. */
  readonly ports?: PairingPorts;
}

export interface PairingPorts {
  readonly web: number;
  readonly uplink: number;
}

export interface PairingNode extends PairingPorts {
  readonly program: Fairlead;
  /** Starts it again, as it was. */
  restart(): Promise<PairingNode>;
  /** Stops it and takes away what it has kept, as a lost disk would. */
  forget(): Promise<void>;
}

export class PairingNodes implements AsyncDisposable {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'fairlead-pairing-'));
  readonly #stack = new AsyncDisposableStack();

  async ports(): Promise<PairingPorts> {
    return { web: await freePort(), uplink: await freePort() };
  }

  async start(plan: PairingNodePlan): Promise<PairingNode> {
    const { name, http, pairing = {}, multicluster } = plan;
    const ports = plan.ports ?? (await this.ports());
    const program = await Fairlead.start({
      name,
      folder: this.#folder,
      ports: [ports.web, ports.uplink],
      configuration: {
        // On a large machine as on a small one.
        workers: 2,
        entryPoints: { web: { address: `127.0.0.1:${ports.web}` } },
        log: { level: 'INFO' },
        hub: {
          pairing: { name, ...pairing },
          uplinkEntryPoints: { uplink: { address: `127.0.0.1:${ports.uplink}` } },
          ...(multicluster && { providers: { multicluster } }),
        },
      },
      dynamic: { http },
      ...(plan.env && { env: plan.env }),
    });
    this.#stack.use(program);
    const stop = () => program[Symbol.asyncDispose]();
    return {
      ...ports,
      program,
      restart: async () => {
        await stop();
        return this.start({ ...plan, ports });
      },
      forget: async () => {
        await stop();
        rmSync(path.join(this.#folder, name, 'state'), { recursive: true, force: true });
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The nodes of one test, and the server behind them. */
export class PairingPlace implements AsyncDisposable {
  readonly nodes = new PairingNodes();
  readonly server = new EndlessServer();

  static async open(): Promise<PairingPlace> {
    const place = new PairingPlace();
    await place.server.listen();
    return place;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nodes[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}
