import { RE2JS } from 're2js';
import { AutomatonEngine, type Engine, type Match, NativeEngine } from './go-regexp/engine.ts';
import { nativeSource } from './go-regexp/native-source.ts';
import { type Piece, parseReplacement } from './go-regexp/replacement.ts';

/** The pattern is no regular expression; the message is in Go's words. */
export class GoRegexpError extends Error {}

/** The meaning of Go's `regexp` (RE2), in time proportional to the text: no pattern can hang the proxy. */
export interface GoRegexp {
  readonly pattern: string;
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean;
  /** The leftmost match. */
  find(text: string): string | undefined;
  /** The leftmost match and its groups; a group that took no part is undefined. */
  groups(text: string): readonly (string | undefined)[] | undefined;
  /** All matches one after the other, at most `limit`. */
  findAll(text: string, limit?: number): string[];
  /** The texts between matches, at most `limit`. */
  split(text: string, limit?: number): string[];
  /** Every match replaced by `template`, with `$1`, `${1}`, `$name` and `$$` as in Go. */
  replaceAll(text: string, template: string): string;
  /** Every match replaced by `replacement` as it stands. */
  replaceAllLiteral(text: string, replacement: string): string;
}

/** Throws `GoRegexpError` when Go would refuse the pattern. */
export function goRegexp(pattern: string): GoRegexp {
  try {
    return new CompiledRegexp(pattern, RE2JS.compile(pattern));
  } catch (error) {
    throw new GoRegexpError(error instanceof Error ? error.message : String(error));
  }
}

/** A pattern that matches exactly this text. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

class CompiledRegexp implements GoRegexp {
  readonly pattern: string;
  readonly #engine: Engine;
  readonly #groupNumbers: Readonly<Record<string, number>>;

  constructor(pattern: string, compiled: RE2JS) {
    this.pattern = pattern;
    const source = nativeSource(pattern);
    this.#engine = source === undefined ? new AutomatonEngine(compiled) : new NativeEngine(source);
    this.#groupNumbers = compiled.namedGroups();
  }

  test(text: string): boolean {
    return this.#engine.test(text);
  }

  find(text: string): string | undefined {
    return this.#engine.search(text, 0)?.groups[0];
  }

  groups(text: string): readonly (string | undefined)[] | undefined {
    return this.#engine.search(text, 0)?.groups;
  }

  findAll(text: string, limit = Number.POSITIVE_INFINITY): string[] {
    const found: string[] = [];
    for (const match of this.#matches(text)) {
      if (found.length >= limit) break;
      found.push(match.groups[0]!);
    }
    return found;
  }

  split(text: string, limit = Number.POSITIVE_INFINITY): string[] {
    if (limit === 0) return [];
    if (this.pattern !== '' && text === '') return [''];
    const parts: string[] = [];
    let start = 0;
    let end = 0;
    for (const match of this.#matches(text)) {
      if (parts.length >= limit - 1) break;
      end = match.start;
      if (match.end !== 0) parts.push(text.slice(start, end));
      start = match.end;
    }
    if (end !== text.length) parts.push(text.slice(start));
    return parts;
  }

  replaceAll(text: string, template: string): string {
    return this.#replaced(text, parseReplacement(template, this.#groupNumbers));
  }

  replaceAllLiteral(text: string, replacement: string): string {
    return this.#replaced(text, [replacement]);
  }

  #replaced(text: string, pieces: readonly Piece[]): string {
    let result = '';
    let end = 0;
    for (const match of this.#matches(text)) {
      result += text.slice(end, match.start);
      for (const piece of pieces) result += typeof piece === 'string' ? piece : (match.groups[piece] ?? '');
      end = match.end;
    }
    return result + text.slice(end);
  }

  /** As in Go, an empty match right behind the one before does not count. */
  *#matches(text: string): Generator<Match> {
    let previousEnd = -1;
    let from = 0;
    while (from <= text.length) {
      const match = this.#engine.search(text, from);
      if (match === undefined) return;
      if (match.end > match.start || match.start !== previousEnd) yield match;
      previousEnd = match.end;
      from = match.end > match.start ? match.end : match.end + characterLength(text, match.end);
    }
  }
}

function characterLength(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}
