import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { dockerAt } from './engine.ts';

export interface NetworkHost {
  readonly docker: Docker;
  /** Path of the engine's socket. */
  readonly socket: string;
  /** Runs a command of a shell there; whatever it prints, in order. Rejects where it fails. */
  run(command: string, env: Readonly<Record<string, string>>): Promise<string>;
}

/** Far above what any command of a test takes. */
const commandLimitMs = 600_000;

/**
 * Two hosts on one machine: network namespaces with a cable between them, each with a Docker Engine of its own. Gone
 * without a trace when disposed.
 */
export class NetworkHosts implements AsyncDisposable {
  readonly #mark = `fl${randomBytes(3).toString('hex')}`;
  readonly #stack = new AsyncDisposableStack();
  readonly #folder: string;
  readonly #hosts = new Map<string, NetworkHost>();

  /** `addresses` by name of the host, two of one /24; commands run in `folder`. */
  static async open(addresses: Readonly<Record<string, string>>, folder: string): Promise<NetworkHosts> {
    const hosts = new NetworkHosts(folder);
    try {
      await hosts.#open(Object.entries(addresses));
      return hosts;
    } catch (error) {
      await hosts[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  at(name: string): NetworkHost {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`there is no host ${name}`);
    return host;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  async #open(addresses: readonly (readonly [name: string, address: string])[]): Promise<void> {
    const namespaces = addresses.map(([name]) => `${this.#mark}-${name}`);
    for (const namespace of namespaces) {
      ip(`netns add ${namespace}`);
      this.#stack.defer(() => ip(`netns delete ${namespace}`));
    }
    const [one, other] = namespaces;
    ip(`link add ${this.#mark}a netns ${one} type veth peer name ${this.#mark}b netns ${other}`);
    for (const [index, [name, address]] of addresses.entries()) {
      const namespace = namespaces[index]!;
      ip(`-n ${namespace} link set lo up`);
      ip(`-n ${namespace} address add ${address}/24 dev ${this.#mark}${'ab'[index]}`);
      ip(`-n ${namespace} link set ${this.#mark}${'ab'[index]} up`);
      this.#hosts.set(name, await this.#start(namespace));
    }
  }

  async #start(namespace: string): Promise<NetworkHost> {
    const { PrivateEngine } = await import('../../.tools/private-engine.mjs');
    const engine = new PrivateEngine({ namespace });
    this.#stack.defer(() => engine.stop());
    await engine.start();
    return {
      docker: dockerAt(engine.host),
      socket: new URL(engine.host).pathname,
      run: (command, env) =>
        run({ namespace, command, folder: this.#folder, env: { ...env, DOCKER_HOST: engine.host } }),
    };
  }
}

const ip = (words: string): void => void execFileSync('ip', words.split(' '));

interface Run {
  readonly namespace: string;
  readonly command: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

function run({ namespace, command, folder, env }: Run): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const shell = spawn('nsenter', [`--net=/run/netns/${namespace}`, 'sh', '-euc', `exec 2>&1\n${command}`], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: commandLimitMs,
  });
  let output = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  shell.on('error', reject);
  shell.on('close', (status) => {
    if (status === 0) resolve(output);
    else reject(new Error(`${command}\nexit status ${status}\n${output}`));
  });
  return promise;
}
