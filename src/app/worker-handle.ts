import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../model/wire.ts';
import type { PlacedWorkerStart } from './worker-start.ts';

type Answer<T extends FromWorker['type']> = Extract<FromWorker, { readonly type: T }>;

/** What a worker says without having been asked. */
export type WorkerReport = Answer<'log' | 'page-opened' | 'page-closed'>;

export interface WorkerHandleInit {
  readonly script: URL;
  readonly start: PlacedWorkerStart;
  readonly onReport: (report: WorkerReport) => void;
  /** It has ended, asked or not. */
  readonly onEnd: (handle: WorkerHandle, error: Error | undefined) => void;
}

const reports: ReadonlySet<FromWorker['type']> = new Set(['log', 'page-opened', 'page-closed']);
const isReport = (message: FromWorker): message is WorkerReport => reports.has(message.type);

/** A worker that has not answered by then never will. */
const answerMs = 30_000;

/** One worker thread, as the control plane sees it: ordered messages there, one answer each back. */
export class WorkerHandle {
  /** Among the workers; nobody else has it meanwhile. */
  readonly place: number;
  readonly #thread: Worker;
  readonly #awaited = new Map<FromWorker['type'], (message: FromWorker) => void>();
  readonly #ended = new AbortController();
  #error: Error | undefined;

  constructor({ script, start, onReport, onEnd }: WorkerHandleInit) {
    this.place = start.place;
    this.#thread = new Worker(script, { workerData: start, name: 'fairlead' });
    this.#thread.on('message', (message: FromWorker) => {
      if (isReport(message)) onReport(message);
      else this.#awaited.get(message.type)?.(message);
    });
    this.#thread.on('error', (error: Error) => {
      this.#error = error;
    });
    this.#thread.on('exit', () => {
      this.#ended.abort();
      onEnd(this, this.#error);
    });
  }

  /** So long its event loop has had something to do. */
  get busySeconds(): number {
    return this.#thread.performance.eventLoopUtilization().active / 1000;
  }

  get hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  send(message: ToWorker): void {
    this.#thread.postMessage(message);
  }

  /** Undefined when the worker ends before it answers; one that does not answer in time is ended. */
  ask<T extends FromWorker['type']>(
    message: ToWorker,
    types: readonly T[],
    limitMs = answerMs,
  ): Promise<Answer<T> | undefined> {
    if (this.#ended.signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timer = setTimeout(() => void this.end(), limitMs);
      const settle = (answer: Answer<T> | undefined): void => {
        clearTimeout(timer);
        for (const type of types) this.#awaited.delete(type);
        this.#ended.signal.removeEventListener('abort', onEnded);
        resolve(answer);
      };
      const onEnded = (): void => settle(undefined);
      this.#ended.signal.addEventListener('abort', onEnded);
      for (const type of types) this.#awaited.set(type, (answer) => settle(answer as Answer<T>));
      this.send(message);
    });
  }

  async end(): Promise<void> {
    await this.#thread.terminate();
  }
}
