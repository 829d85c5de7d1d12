import type { LineSink, RecurringFields } from '../model/headers.ts';
import { findLine } from './find-line.ts';

/** More names than anybody asks for. */
const namesMax = 64;

/**
 * Lines of fields that have come before, word by word: most clients say the same of themselves with each request.
 * What is found out about them once is kept for the next time.
 */
export class RecurringLines implements RecurringFields {
  readonly lines: string;
  #found: Map<string, number> | undefined;

  constructor(lines: string) {
    this.lines = lines;
  }

  /** Where the first line of that name begins; -1 for none. */
  find(name: string): number {
    const found = (this.#found ??= new Map());
    const known = found.get(name);
    if (known !== undefined) return known;
    const line = findLine(this.lines, name, 0);
    if (found.size < namesMax) found.set(name, line);
    return line;
  }
}

/** Notices lines that come twice in a row. */
export class LatestLines {
  #latest = '';
  #recurring: RecurringLines | undefined;

  /** The lines, as what they are. */
  of(lines: string): string | RecurringLines {
    if (lines === this.#latest) return (this.#recurring ??= new RecurringLines(lines));
    this.#latest = lines;
    this.#recurring = undefined;
    return lines;
  }
}

/** Lines as one text. */
export class LineText implements LineSink {
  text = '';

  lines(text: string): void {
    this.text += text;
  }

  recurring({ lines }: RecurringFields): void {
    this.text += lines;
  }
}
