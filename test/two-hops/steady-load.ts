import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadOutcome {
  readonly asked: number;
  /** What was not answered 200, in words. */
  readonly failed: readonly string[];
}

/** Requests one after the other on a few kept connections, and one long answer that must not end. */
export class SteadyLoad {
  readonly #stop = new AbortController();
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #failed: string[] = [];
  readonly #running: Promise<void>[];
  #asked = 0;

  constructor({ port, host }: { port: number; host: string }) {
    this.#running = Array.from({ length: 4 }, () => this.#ask({ port, host }));
  }

  /** So many at least, however busy the machine is. */
  async end({ atLeast = 0 } = {}): Promise<LoadOutcome> {
    while (this.#asked < atLeast && this.#failed.length === 0) await sleep(20);
    this.#stop.abort();
    await Promise.all(this.#running);
    this.#agent.destroy();
    return { asked: this.#asked, failed: this.#failed };
  }

  async #ask({ port, host }: { port: number; host: string }): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#asked += 1;
      const outcome = await this.#once({ port, host });
      if (outcome !== '200') this.#failed.push(outcome);
      await sleep(5);
    }
  }

  #once({ port, host }: { port: number; host: string }): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const request = http.get(
      { host: '127.0.0.1', port, headers: { Host: host }, agent: this.#agent, timeout: 60_000 },
      (response) => {
        response.on('error', ({ message }) => resolve(message));
        response.on('end', () => resolve(String(response.statusCode)));
        response.resume();
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', ({ message }) => resolve(message));
    return promise;
  }
}
