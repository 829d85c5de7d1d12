import type { RE2JS } from 're2js';

export interface Match {
  readonly start: number;
  readonly end: number;
  /** The whole match first. */
  readonly groups: readonly (string | undefined)[];
}

/** What searches: the platform's regular expressions where they are safe, an automaton otherwise. */
export interface Engine {
  test(text: string): boolean;
  /** The leftmost match that begins at `from` or later; anchors mean the whole text. */
  search(text: string, from: number): Match | undefined;
}

/** Runs in time proportional to the text, whatever the pattern. */
export class AutomatonEngine implements Engine {
  readonly #compiled: RE2JS;

  constructor(compiled: RE2JS) {
    this.#compiled = compiled;
  }

  test(text: string): boolean {
    return this.#compiled.test(text);
  }

  search(text: string, from: number): Match | undefined {
    const matcher = this.#compiled.matcher(text);
    if (!matcher.find(from)) return undefined;
    const groups = Array.from(
      { length: matcher.groupCount() + 1 },
      (_, index) => matcher.group(index) ?? undefined,
    );
    return { start: matcher.start(), end: matcher.end(), groups };
  }
}

/** For patterns of which `nativeSource` has shown that backtracking stays linear. */
export class NativeEngine implements Engine {
  readonly #tester: RegExp;
  readonly #searcher: RegExp;

  constructor(source: string) {
    this.#tester = new RegExp(source, 'u');
    this.#searcher = new RegExp(source, 'gu');
  }

  test(text: string): boolean {
    return this.#tester.test(text);
  }

  search(text: string, from: number): Match | undefined {
    this.#searcher.lastIndex = from;
    const groups = this.#searcher.exec(text);
    return groups === null ? undefined : { start: groups.index, end: this.#searcher.lastIndex, groups };
  }
}
