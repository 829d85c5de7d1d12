/** A limit of time that can be set anew, or lifted, until it has passed once. */
export class Deadline implements Disposable {
  readonly #passed = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #lastChance: NodeJS.Immediate | undefined;

  /** Aborts with the reason that was set. */
  get signal(): AbortSignal {
    return this.#passed.signal;
  }

  /** What came in while this process was busy elsewhere is looked at before the limit counts. */
  set(ms: number, reason: Error): void {
    this.lift();
    const pass = () => this.#passed.abort(reason);
    this.#timer = setTimeout(() => {
      this.#lastChance = setImmediate(pass);
    }, ms);
  }

  lift(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastChance);
  }

  [Symbol.dispose](): void {
    this.lift();
  }
}
