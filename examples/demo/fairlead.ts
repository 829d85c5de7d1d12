import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { reachable } from './ports.ts';

const program = path.resolve(import.meta.dirname, '../../src/main.ts');
/** Generous: a small machine may be busy with other things. */
const stopLimitMs = 30_000;
const logTailMax = 65_536;

export interface FairleadPlan {
  readonly name: string;
  readonly folder: string;
  /** Static configuration; the file provider and the data directory are added. */
  readonly configuration: object;
  /** For the file provider. */
  readonly dynamic: object;
  /** Ports that must answer before it counts as started. */
  readonly ports: readonly number[];
  /** Beside the variables of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One real Fairlead process with configuration files of its own. */
export class Fairlead implements AsyncDisposable {
  readonly name: string;
  readonly #configFile: string;
  readonly #process: ChildProcess;
  #log = '';

  static async start(plan: FairleadPlan): Promise<Fairlead> {
    const fairlead = new Fairlead(plan, writeConfiguration(plan));
    try {
      await Promise.race([Promise.all(plan.ports.map(reachable)), fairlead.#failed()]);
    } catch (error) {
      await fairlead[Symbol.asyncDispose]();
      throw error;
    }
    return fairlead;
  }

  private constructor({ name, env }: FairleadPlan, configFile: string) {
    this.name = name;
    this.#configFile = configFile;
    this.#process = spawn(process.execPath, [program, `--configFile=${configFile}`], {
      env: { ...environment(), ...env },
      // Of its own process group: Ctrl-C is for us, and we stop it in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = () => this.#process.kill('SIGKILL');
    process.once('exit', kill);
    this.#process.once('exit', () => process.off('exit', kill));
    const keep = (text: string) => {
      this.#log = (this.#log + text).slice(-logTailMax);
    };
    this.#process.stdout!.setEncoding('utf8').on('data', keep);
    this.#process.stderr!.setEncoding('utf8').on('data', keep);
  }

  /** Asks it by the command line: `fairlead pair …`. Returns what is printed; rejects where it is refused. */
  async pair(...words: string[]): Promise<string> {
    const args = [program, 'pair', ...words, `--configFile=${this.#configFile}`];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: environment() });
    return stdout.trim();
  }

  /** Where it keeps its state. */
  get dataDirectory(): string {
    return path.join(path.dirname(this.#configFile), 'state');
  }

  /** The end of what it logged. */
  get log(): string {
    return this.#log;
  }

  async #failed(): Promise<never> {
    await once(this.#process, 'close');
    throw new Error(`Fairlead "${this.name}" did not start:\n${this.#log}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const hard = setTimeout(() => this.#process.kill('SIGKILL'), stopLimitMs);
    await exit;
    clearTimeout(hard);
  }
}

/** Ours, without the variables that would be options of the program. What one has compiled the next need not. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(FAIRLEAD|TRAEFIK|DOCKER)_/.test(name));
  return { NODE_COMPILE_CACHE: path.join(tmpdir(), 'node-compile-cache'), ...Object.fromEntries(own) };
}

/** Returns the path of the static configuration. */
function writeConfiguration({ name, folder, configuration, dynamic }: FairleadPlan): string {
  const at = (file: string) => path.join(folder, name, file);
  mkdirSync(at('.'), { recursive: true });
  writeFileSync(at('dynamic.yml'), stringify(dynamic));
  const { providers, ...rest } = configuration as { providers?: object };
  const complete = {
    ...rest,
    dataDirectory: at('state'),
    providers: { ...providers, file: { filename: at('dynamic.yml') } },
  };
  writeFileSync(at('fairlead.yml'), stringify(complete));
  return at('fairlead.yml');
}
