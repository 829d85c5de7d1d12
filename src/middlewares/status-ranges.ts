const RANGE = /^(\d{3})(?:-(\d{3}))?$/;

/** Status codes written as `404` or `500-599`. */
export class StatusRanges {
  readonly #ranges: readonly (readonly [first: number, last: number])[];

  /** Throws an `Error` that names the text which is neither a code nor a range. */
  constructor(texts: readonly string[]) {
    this.#ranges = texts.map((text) => {
      const [, first, last] = RANGE.exec(text.trim()) ?? [];
      if (!first) throw new Error(`"${text}" is neither a status code nor a range such as 500-599`);
      return [Number(first), Number(last ?? first)];
    });
  }

  get empty(): boolean {
    return this.#ranges.length === 0;
  }

  has(status: number): boolean {
    return this.#ranges.some(([first, last]) => status >= first && status <= last);
  }
}
