import {
  ANYTHING,
  type CharacterSet,
  complement,
  DIGITS,
  folded,
  NOT_NEWLINE,
  SPACE,
  union,
  WORD,
} from './character-set.ts';

/** The part of Go's syntax whose meaning the platform's regular expressions share. */
export type Part =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly options: readonly Part[] }
  | { readonly kind: 'group'; readonly part: Part; readonly name: string | undefined }
  | {
      readonly kind: 'repeat';
      readonly part: Part;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

export interface SimplePattern {
  readonly part: Part;
  /** Every alternative begins with `^`. */
  readonly anchored: boolean;
}

const DEPTH_MAX = 20;
const FLAGS = /^\(\?([is]+)\)/;
const QUANTIFIER = /(?:([*+?])|\{(\d{1,3})(?:(,)(\d{1,3})?)?\})(\?)?/y;
const GROUP = /\((?:\?:|\?P?<(\w+)>)?/y;
const CONTROLS: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const CLASSES: Readonly<Record<string, CharacterSet>> = { d: DIGITS, w: WORD, s: SPACE };

/** Thrown when a pattern needs more than this reader knows. */
class NotSimple extends Error {}

/** Reads a pattern that is known to be valid; undefined when it is not that simple. */
export function readSimplePattern(pattern: string): SimplePattern | undefined {
  try {
    return new Reader(pattern).whole();
  } catch (error) {
    if (error instanceof NotSimple) return undefined;
    throw error;
  }
}

class Reader {
  readonly #text: string;
  readonly #folds: boolean;
  readonly #dot: CharacterSet;
  #position: number;
  #depth = 0;

  constructor(pattern: string) {
    const flags = FLAGS.exec(pattern);
    this.#text = pattern;
    this.#position = flags?.[0].length ?? 0;
    this.#folds = flags?.[1]?.includes('i') ?? false;
    this.#dot = flags?.[1]?.includes('s') ? ANYTHING : NOT_NEWLINE;
  }

  whole(): SimplePattern {
    const options: Part[] = [];
    let anchors = 0;
    do {
      if (this.#take('^')) anchors += 1;
      options.push(this.#sequence());
    } while (this.#take('|'));
    if (this.#position < this.#text.length || (anchors > 0 && anchors < options.length))
      throw new NotSimple();
    return { part: choice(options), anchored: anchors > 0 };
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (this.#position < this.#text.length && !'|)'.includes(this.#text[this.#position]!)) {
      parts.push(this.#quantified(this.#atom()));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  #quantified(part: Part): Part {
    const match = this.#match(QUANTIFIER);
    if (match === null) return part;
    const [, sign, low, comma, high, lazy] = match;
    const min = sign === undefined ? Number(low) : sign === '+' ? 1 : 0;
    const open = sign === '*' || sign === '+' || (comma !== undefined && high === undefined);
    const max = open ? Number.POSITIVE_INFINITY : sign === '?' ? 1 : Number(high ?? low);
    // A repeated group remembers its last turn in Go and may forget it elsewhere; so does an empty turn.
    if (max === 0 || mayBeEmpty(part) || (max > 1 && captures(part))) throw new NotSimple();
    return { kind: 'repeat', part, min, max, lazy: lazy !== undefined };
  }

  #atom(): Part {
    const character = this.#character();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'set', set: this.#class() };
      case '.':
        return { kind: 'set', set: this.#dot };
      case '$':
        return { kind: 'end' };
      case '\\':
        return { kind: 'set', set: this.#escape() };
      case '^':
        throw new NotSimple();
      default:
        return { kind: 'set', set: this.#literal(character) };
    }
  }

  #group(): Part {
    this.#position -= 1;
    const open = this.#match(GROUP)!;
    if (++this.#depth > DEPTH_MAX || this.#text[this.#position] === '?') throw new NotSimple();
    const options: Part[] = [];
    do options.push(this.#sequence());
    while (this.#take('|'));
    this.#position += 1;
    this.#depth -= 1;
    const part = choice(options);
    return open[0] === '(?:' ? part : { kind: 'group', part, name: open[1] };
  }

  #class(): CharacterSet {
    const negated = this.#take('^');
    const sets: CharacterSet[] = [];
    let first = true;
    while (first || this.#text[this.#position] !== ']') {
      sets.push(this.#classItem());
      first = false;
    }
    this.#position += 1;
    return negated ? complement(union(sets)) : union(sets);
  }

  #classItem(): CharacterSet {
    const character = this.#character();
    if (character === '[') throw new NotSimple();
    const set = character === '\\' ? this.#escape() : this.#literal(character);
    const ranged = this.#text[this.#position] === '-' && this.#text[this.#position + 1] !== ']';
    if (!ranged) return set;
    this.#position += 1;
    const last = this.#character();
    if (character === '\\' || last === '\\' || last === '[') throw new NotSimple();
    return this.#fold([[character.codePointAt(0)!, last.codePointAt(0)!]]);
  }

  #escape(): CharacterSet {
    const character = this.#character();
    const known = CLASSES[character.toLowerCase()];
    if (known !== undefined) return character in CLASSES ? this.#fold(known) : complement(this.#fold(known));
    if (/\w/.test(character) && CONTROLS[character] === undefined) throw new NotSimple();
    return this.#literal(CONTROLS[character] ?? character);
  }

  #literal(character: string): CharacterSet {
    const point = character.codePointAt(0)!;
    return this.#fold([[point, point]]);
  }

  #fold(set: CharacterSet): CharacterSet {
    const result = this.#folds ? folded(set) : set;
    if (result === undefined) throw new NotSimple();
    return result;
  }

  #character(): string {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#position)!);
    this.#position += character.length;
    return character;
  }

  #take(character: string): boolean {
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#position = pattern.lastIndex;
    return match;
  }
}

function choice(options: readonly Part[]): Part {
  return options.length === 1 ? options[0]! : { kind: 'choice', options };
}

function captures(part: Part): boolean {
  if (part.kind === 'group') return true;
  if (part.kind === 'repeat') return captures(part.part);
  if (part.kind === 'sequence') return part.parts.some(captures);
  return part.kind === 'choice' && part.options.some(captures);
}

function mayBeEmpty(part: Part): boolean {
  switch (part.kind) {
    case 'set':
      return false;
    case 'end':
      return true;
    case 'group':
      return mayBeEmpty(part.part);
    case 'sequence':
      return part.parts.every(mayBeEmpty);
    case 'choice':
      return part.options.some(mayBeEmpty);
    case 'repeat':
      return part.min === 0;
  }
}
