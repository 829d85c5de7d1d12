import { parse } from 'smol-toml';

/** 1-based. */
export interface TomlPlace {
  readonly line: number;
  readonly column: number;
}

/** Where keys and items of lists stand, by path: `http.routers.web.entryPoints.[0]`. */
export type TomlPlaces = ReadonlyMap<string, TomlPlace>;

/** The parser tells no places, so a text that it has taken is walked through once more. */
export function tomlPlaces(text: string): TomlPlaces {
  return new Walk(text).places();
}

interface KeyPart {
  readonly name: string;
  readonly at: number;
}

const blank = /[ \t\r]*/y;
const blankOrComment = /(?:[\s,]|#[^\n]*)*/y;
const keyPart = /"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+/y;
/** Of several lines, of one, and whatever ends with the line, the list or the table. */
const scalar =
  /"""(?:[^\\"]+|\\[\s\S]|"{1,2}(?!"))*"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\]|\\.)*"|'[^']*'|[^,\]}#\n]*/y;

const closing: ReadonlySet<string> = new Set(']}');

/** Only for texts that are sound: whatever does not look like TOML is passed over. */
class Walk {
  readonly #text: string;
  #at = 0;
  readonly #places = new Map<string, TomlPlace>();
  /** How many tables each `[[list]]` has by now. */
  readonly #counts = new Map<string, number>();
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  places(): TomlPlaces {
    let table = '';
    for (;;) {
      this.#take(blankOrComment);
      if (this.#at >= this.#text.length) return this.#places;
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#pair(table);
    }
  }

  #header(): string {
    const isItem = this.#text.startsWith('[[', this.#at);
    this.#at += isItem ? 2 : 1;
    const parts = this.#key();
    this.#at += isItem ? 2 : 1;
    const path = parts.reduce((above, part, index) => {
      const here = this.#note(above, part);
      const count = this.#counts.get(here);
      const isLast = index === parts.length - 1;
      return count === undefined || (isItem && isLast) ? here : `${here}.[${count - 1}]`;
    }, '');
    if (!isItem) return path;
    const count = this.#counts.get(path) ?? 0;
    this.#counts.set(path, count + 1);
    return this.#note(path, { name: `[${count}]`, at: (parts.at(-1) as KeyPart).at });
  }

  #pair(table: string): void {
    const path = this.#key().reduce((above, part) => this.#note(above, part), table);
    this.#at += 1;
    this.#take(blank);
    this.#value(path);
  }

  /** `a."b.c".d`; ends before what follows it. */
  #key(): KeyPart[] {
    const parts: KeyPart[] = [];
    for (;;) {
      this.#take(blank);
      const at = this.#at;
      parts.push({ name: nameOf(this.#take(keyPart)), at });
      this.#take(blank);
      if (this.#text[this.#at] !== '.') return parts;
      this.#at += 1;
    }
  }

  #value(path: string): void {
    const opening = this.#text[this.#at];
    if (opening === '[')
      this.#inside((index) => this.#value(this.#note(path, { name: `[${index}]`, at: this.#at })));
    else if (opening === '{') this.#inside(() => this.#pair(path));
    else this.#take(scalar);
  }

  #inside(member: (index: number) => void): void {
    this.#at += 1;
    for (let index = 0; ; index++) {
      this.#take(blankOrComment);
      if (this.#at >= this.#text.length || closing.has(this.#text[this.#at] as string)) break;
      member(index);
    }
    this.#at += 1;
  }

  #take(what: RegExp): string {
    what.lastIndex = this.#at;
    const taken = what.exec(this.#text)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }

  /** The path of what stands there; the first place counts where a table is named again. */
  #note(above: string, { name, at }: KeyPart): string {
    const path = above === '' ? name : `${above}.${name}`;
    if (!this.#places.has(path)) this.#places.set(path, this.#placeOf(at));
    return path;
  }

  /** Places are asked for in the order of the text. */
  #placeOf(at: number): TomlPlace {
    for (let end = this.#text.indexOf('\n', this.#lineStart); end !== -1 && end < at; ) {
      this.#line += 1;
      this.#lineStart = end + 1;
      end = this.#text.indexOf('\n', this.#lineStart);
    }
    return { line: this.#line, column: at - this.#lineStart + 1 };
  }
}

const nameOf = (written: string): string =>
  /^["']/.test(written) ? String(parse(`name = ${written}`).name) : written;
