import type { CellRef } from '../model/wire.ts';

/** 256 KiB: room for some thousand balancers, and little enough to give one to a small host. */
const SEGMENT_WORDS = 65_536;

export interface SharedCellsInit {
  /** Tells all workers of new memory; called before the first cell in it is given out. */
  publish(segment: number, memory: SharedArrayBuffer): void;
}

interface Cell {
  readonly ref: CellRef;
  holders: number;
}

/**
 * Memory that all workers share, given out by the main thread by identity: the same identity gets the same cell,
 * so that state survives every change but its own.
 */
export class SharedCells {
  readonly #init: SharedCellsInit;
  readonly #segments: SharedArrayBuffer[] = [];
  readonly #cells = new Map<string, Cell>();
  /** Cells given back, by size. */
  readonly #free = new Map<number, CellRef[]>();
  #usedWords = 0;

  constructor(init: SharedCellsInit) {
    this.#init = init;
  }

  /** `words` are zero when the identity is new. Each call wants a `release`. */
  acquire(identity: string, words: number): CellRef {
    const known = this.#cells.get(identity);
    if (known) {
      known.holders += 1;
      return known.ref;
    }
    const ref = this.#free.get(words)?.pop() ?? this.#allocate(words);
    this.#cells.set(identity, { ref, holders: 1 });
    return ref;
  }

  release(identity: string): void {
    const cell = this.#cells.get(identity);
    if (!cell || --cell.holders > 0) return;
    this.#cells.delete(identity);
    view(this.#segments[cell.ref.segment]!, cell.ref).fill(0);
    const free = this.#free.get(cell.ref.words);
    if (free) free.push(cell.ref);
    else this.#free.set(cell.ref.words, [cell.ref]);
  }

  /** For what the main thread itself has to tell the workers. */
  view(ref: CellRef): Int32Array {
    return view(this.#segments[ref.segment]!, ref);
  }

  /** For a worker that was not there when they were published. */
  segments(): ReadonlyMap<number, SharedArrayBuffer> {
    return new Map(this.#segments.entries());
  }

  #allocate(words: number): CellRef {
    const last = this.#segments.at(-1);
    if (!last || this.#usedWords + words > last.byteLength / Int32Array.BYTES_PER_ELEMENT) this.#grow(words);
    const ref = { segment: this.#segments.length - 1, offset: this.#usedWords, words };
    this.#usedWords += words;
    return ref;
  }

  #grow(words: number): void {
    const memory = new SharedArrayBuffer(Math.max(SEGMENT_WORDS, words) * Int32Array.BYTES_PER_ELEMENT);
    this.#segments.push(memory);
    this.#usedWords = 0;
    this.#init.publish(this.#segments.length - 1, memory);
  }
}

/** The same memory as a worker sees it. */
export class CellViews {
  readonly #segments = new Map<number, SharedArrayBuffer>();

  add(segment: number, memory: SharedArrayBuffer): void {
    this.#segments.set(segment, memory);
  }

  view(ref: CellRef): Int32Array {
    const memory = this.#segments.get(ref.segment);
    if (!memory) throw new Error(`segment ${ref.segment} of the shared memory has not been announced`);
    return view(memory, ref);
  }
}

function view(memory: SharedArrayBuffer, { offset, words }: CellRef): Int32Array {
  return new Int32Array(memory, offset * Int32Array.BYTES_PER_ELEMENT, words);
}
