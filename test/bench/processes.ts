import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export function isInstalled(program: string): boolean {
  return spawnSync('which', [program]).status === 0;
}

/** What is measured: one program or several. */
export interface Measured extends AsyncDisposable {
  /** User and system time so far, of all its processes. */
  processorMicroseconds(): number;
  /** Resident memory of all its processes. */
  residentBytes(): number;
}

/** A program under measurement, with the processes it starts. */
export class Running implements Measured {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts it and waits until something listens on the port. */
  static async start(command: readonly string[], port: number): Promise<Running> {
    const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] });
    await portOpens(port, child);
    return new Running(child);
  }

  processorMicroseconds(): number {
    let ticks = 0;
    for (const pid of familyOf(this.#child.pid!)) ticks += ticksOf(pid);
    return ticks * 10_000;
  }

  residentBytes(): number {
    const pages = familyOf(this.#child.pid!).map((pid) => Number(statOf(pid)?.[21] ?? 0));
    return pages.reduce((sum, count) => sum + count, 0) * 4096;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
    await exited;
    clearTimeout(killer);
  }
}

/** Programs that count as one. */
export class Together implements Measured {
  readonly #parts: readonly Measured[];

  constructor(parts: readonly Measured[]) {
    this.#parts = parts;
  }

  processorMicroseconds(): number {
    return this.#parts.reduce((sum, part) => sum + part.processorMicroseconds(), 0);
  }

  residentBytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.residentBytes(), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#parts.map((part) => part[Symbol.asyncDispose]()));
  }
}

async function portOpens(port: number, child: ChildProcess): Promise<void> {
  // A hundred thousand routes take their time.
  for (let tries = 0; tries < 12_000; tries++) {
    if (child.exitCode !== null)
      throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}.`);
    const socket = connect(port, '127.0.0.1');
    const open = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      delay(100, false),
    ]);
    socket.destroy();
    if (open) return;
    await delay(25);
  }
  throw new Error(`${child.spawnargs.join(' ')} does not listen on ${port}.`);
}

function familyOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => statOf(Number(name))?.[1] === String(pid));
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
}

function ticksOf(pid: number): number {
  const fields = statOf(pid);
  return fields === undefined ? 0 : Number(fields[11]) + Number(fields[12]);
}

/** The fields of /proc/<pid>/stat behind the name, which may contain anything. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
