import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthFlags } from '../balancing/health-flags.ts';
import { explainTlsError } from '../proxy/explain-tls-error.ts';
import type { Pace } from './checked-service.ts';
import type { Probe } from './probe.ts';

/** Where it stands for workers how a server is. */
export interface Place {
  readonly flags: HealthFlags;
  readonly index: number;
}

export interface ServerCheckInit {
  readonly probe: Probe;
  readonly pace: Pace;
  /** From 0 to 1. */
  random(): number;
  /** The server has gone down, or come up. */
  onTurn(check: ServerCheck): void;
}

/** Asks one server again and again. It counts as up until it has been asked. */
export class ServerCheck implements Disposable {
  readonly #init: ServerCheckInit;
  #probe: Probe;
  readonly #end = new AbortController();
  #question: AbortController | undefined;
  #places: readonly Place[] = [];
  #fault: string | undefined;

  constructor(init: ServerCheckInit) {
    this.#init = init;
    this.#probe = init.probe;
    void this.#run();
  }

  /** Why it is down; undefined while it is up. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** From now on workers look here. They may have put it out of service themselves; that it is up is no news. */
  move(places: readonly Place[]): void {
    this.#places = places;
    if (this.#fault !== undefined) this.#mark();
  }

  /** From now on it is asked like this; how it is goes on. */
  ask(probe: Probe): void {
    this.#probe = probe;
  }

  [Symbol.dispose](): void {
    this.#end.abort();
    this.#question?.abort();
  }

  /** The first time is a random part of the interval, so that not all servers are asked at one moment. */
  async #run(): Promise<void> {
    const { pace, random } = this.#init;
    await this.#pause(pace.intervalMs * random());
    while (!this.#end.signal.aborted) {
      const fault = await this.#ask();
      if (this.#end.signal.aborted) return;
      this.#judge(fault);
      await this.#pause(fault === undefined ? pace.intervalMs : pace.unhealthyIntervalMs);
    }
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#end.signal, ref: false }).catch(() => undefined);
  }

  async #ask(): Promise<string | undefined> {
    const { pace } = this.#init;
    const question = new AbortController();
    this.#question = question;
    const deadline = setTimeout(() => question.abort(), pace.timeoutMs).unref();
    try {
      await this.#probe(question.signal);
      return undefined;
    } catch (error) {
      if (question.signal.aborted) return 'it has not answered in time';
      return explainTlsError(error as Error) ?? (error as Error).message;
    } finally {
      clearTimeout(deadline);
    }
  }

  #judge(fault: string | undefined): void {
    const turns = (fault === undefined) !== (this.#fault === undefined);
    if (turns) this.#fault = fault;
    // Anew each time: workers may have put it out of service for what clients got from it.
    this.#mark();
    if (turns) this.#init.onTurn(this);
  }

  #mark(): void {
    for (const { flags, index } of this.#places) flags.set(index, this.#fault === undefined);
  }
}
