/** The real program as a process, with a folder of its own for its files. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export class Program implements AsyncDisposable {
  readonly folder: string;
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  output = '';
  #onOutput = (): void => {};

  /** `files` are written below a new folder; the static configuration is `static.yml`. */
  constructor(files: Readonly<Record<string, string>>) {
    this.folder = mkdtempSync(join(tmpdir(), 'fairlead-test-'));
    for (const [name, content] of Object.entries(files)) this.write(name, content);
    this.process = spawn(
      process.execPath,
      ['src/main.ts', `--configFile=${join(this.folder, 'static.yml')}`],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    const streams = [this.process.stdout, this.process.stderr].filter((stream) => stream !== null);
    for (const stream of streams)
      stream.on('data', (bytes: Buffer) => {
        this.output += bytes;
        this.#onOutput();
      });
    // Not its event `close`, which never comes once the channel to it has been cut.
    const closed = streams.map((stream) => once(stream, 'close'));
    this.ended = Promise.all([once(this.process, 'exit'), ...closed]).then(([[code]]) => ({
      code,
      output: this.output,
    }));
  }

  write(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content.replaceAll('{{folder}}', this.folder));
  }

  /** Resolves when something has been written to the log. */
  async says(wanted: RegExp): Promise<void> {
    while (!wanted.test(this.output)) {
      const next = new Promise<void>((resolve) => {
        this.#onOutput = resolve;
      });
      const end = this.ended.then(({ output }) => {
        throw new Error(`it ended without saying ${wanted}: ${output}`);
      });
      await Promise.race([next, end]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
