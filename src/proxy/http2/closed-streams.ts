/** How a stream ended: in full, by the other side's reset, or by ours. */
export type Ending = 'complete' | 'reset' | 'refused';

const remembered = 128;

/**
 * The streams that ended last. What still arrives for one that we have reset was under way and is ignored;
 * for one that ended otherwise it is a fault.
 */
export class ClosedStreams {
  /** A ring: each is told far more often than anybody asks. */
  readonly #streams = new Int32Array(remembered);
  readonly #endings: Ending[] = [];
  #next = 0;

  add(stream: number, ending: Ending): void {
    this.#streams[this.#next] = stream;
    this.#endings[this.#next] = ending;
    this.#next = (this.#next + 1) % remembered;
  }

  get(stream: number): Ending | undefined {
    return this.#endings[this.#streams.indexOf(stream)];
  }
}
