import type { WireRecord } from '../../model/wire.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import type { Memo } from './memo.ts';
import type { Element, Elements } from './merge.ts';
import { type BuildSurroundings, recordingMemo } from './recording-memo.ts';

/** The content itself, if that is what was given; otherwise that of the file. Throws an `Error` that names it. */
export type Contents = (fileOrContent: string) => string;

export interface TransportBuildInit<Written, Made extends WireRecord> {
  readonly elements: Elements<Written>;
  readonly files: Pick<WatchedFiles, 'contents'>;
  /** Throws an `Error` that says what is wrong. */
  readonly make: (element: Element<Written>, contents: Contents) => Made;
  /** Why one cannot be used whatever its files hold. */
  readonly fault: (element: Element<Written>) => string | undefined;
}

export interface TransportOutcome<Made extends WireRecord = WireRecord> {
  readonly error: string | undefined;
  /** Why it goes on with what its files held before. */
  readonly refusal: string | undefined;
  readonly record: Made | undefined;
}

/** Builds the serversTransports that services ask for; reads the files they name. */
export class TransportBuild<Written, Made extends WireRecord> {
  readonly #init: TransportBuildInit<Written, Made>;
  readonly #memo: Memo<TransportOutcome<Made>>;
  /** What could be made last. */
  readonly #good = new WeakMap<Element<Written>, Made>();

  constructor(init: TransportBuildInit<Written, Made>, surroundings: BuildSurroundings) {
    this.#init = init;
    this.#memo = recordingMemo(surroundings);
  }

  /** Of those that somebody has asked for. */
  get outcomes(): ReadonlyMap<string, TransportOutcome<Made>> {
    return this.#memo.values;
  }

  /** Why it cannot be used, or undefined. */
  build(name: string): string | undefined {
    return this.#memo.get(name, () => this.#build(name)).error;
  }

  /** Of one that has been built and can be used. */
  record(name: string): Made['value'] | undefined {
    return this.#memo.values.get(name)?.record?.value;
  }

  /** Forgets those that would come out differently now: their element or one of their files is another. */
  refresh(): void {
    for (const [name, { error, refusal, record }] of [...this.#memo.values]) {
      const now = this.#build(name);
      const isSame = now.error === error && now.refusal === refusal && now.record?.hash === record?.hash;
      if (!isSame) this.#memo.forget(name);
    }
  }

  #build(name: string): TransportOutcome<Made> {
    const { elements, fault } = this.#init;
    const element = elements.get(name);
    if (!element) return wrong(`the serversTransport "${name}" does not exist`);
    const error = fault(element);
    return error === undefined ? this.#fromFiles(element) : wrong(error);
  }

  /** A file that has become of no use changes nothing. */
  #fromFiles(element: Element<Written>): TransportOutcome<Made> {
    try {
      const record = this.#init.make(element, (file) => this.#contents(file));
      this.#good.set(element, record);
      return { error: undefined, refusal: undefined, record };
    } catch (error) {
      const { message } = error as Error;
      const kept = this.#good.get(element);
      if (kept !== undefined) return { error: undefined, refusal: message, record: kept };
      return wrong(`the serversTransport "${element.name}" cannot be used: ${message}`);
    }
  }

  #contents(fileOrContent: string): string {
    const contents = this.#init.files.contents(fileOrContent);
    if ('error' in contents) throw new Error(contents.error);
    return contents.text;
  }
}

const wrong = (error: string) => ({ error, refusal: undefined, record: undefined });
