const remembered = 128;

/** How a stream ended: in full, by the other side's reset, or by ours. */
export type Ending = 'complete' | 'reset' | 'refused';

/**
 * The streams that ended last. What still arrives for one that we have reset was under way and is ignored;
 * for one that ended otherwise it is a fault.
 */
export class ClosedStreams {
  readonly #endings = new Map<number, Ending>();

  add(stream: number, ending: Ending): void {
    this.#endings.set(stream, ending);
    if (this.#endings.size <= remembered) return;
    for (const oldest of this.#endings.keys()) {
      this.#endings.delete(oldest);
      return;
    }
  }

  get(stream: number): Ending | undefined {
    return this.#endings.get(stream);
  }
}
