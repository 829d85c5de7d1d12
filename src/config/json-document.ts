import type { ProblemSource } from '../model/problem.ts';
import { type ConfigNode, mappingNode } from './node.ts';

/** What is blank is passed over by itself: most often there is none. */
const blank = /[ \t\r\n]+/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;
/** Within quotes: what stands for something else, and what JSON does not take. */
// oxlint-disable-next-line no-control-regex
const special = /[\\\u0000-\u001f]/;
const mergeKey = '<<';

/** It is no JSON, or something is wrong that the reader of YAML finds words for. */
class NotJson extends Error {}

/**
 * The tree of a text that is JSON to the letter; undefined of any other. The reader of YAML would take all of them, but
 * ten times the time and the memory: with a hundred thousand routers that is what one waits for.
 */
export function readJson(text: string, file: string): ConfigNode | undefined {
  if (!/^[ \t\r\n]*\{/.test(text)) return undefined;
  try {
    return new Reader(text, file).document();
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

class Reader {
  readonly #text: string;
  readonly #file: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  document(): ConfigNode {
    const root = mappingNode('', { file: this.#file, line: 1, column: 1 });
    this.#skipBlank();
    this.#readMapping(root.children);
    this.#skipBlank();
    if (this.#at < this.#text.length) throw new NotJson();
    return root;
  }

  /** Null is not there: it says nothing. */
  #readValue(name: string, place: ProblemSource, siblings: ConfigNode[]): void {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#readMapping(this.#enter(siblings, { name, place, form: 'mapping' }));
      case '[':
        return this.#readSequence(this.#enter(siblings, { name, place, form: 'sequence' }));
      case '"': {
        const value = this.#quoted();
        siblings.push({ name, place, value, children: [], form: 'scalar', native: value });
        return;
      }
      default: {
        const value = this.#take(number) ?? this.#take(word);
        if (value === undefined) throw new NotJson();
        if (value === 'null') return;
        siblings.push({ name, place, value, children: [], form: 'scalar', native: JSON.parse(value) });
      }
    }
  }

  #enter(siblings: ConfigNode[], what: Pick<ConfigNode, 'name' | 'place' | 'form'>): ConfigNode[] {
    const { name, place, form } = what;
    const children: ConfigNode[] = [];
    siblings.push({ name, place, value: undefined, children, form });
    return children;
  }

  #readMapping(children: ConfigNode[]): void {
    const names = new Set<string>();
    this.#readItems('}', () => {
      const place = this.#place();
      const name = this.#text[this.#at] === '"' ? this.#quoted() : mergeKey;
      if (name === mergeKey || names.has(name)) throw new NotJson();
      names.add(name);
      this.#skipBlank();
      this.#expect(':');
      this.#skipBlank();
      this.#readValue(name, place, children);
    });
  }

  #readSequence(children: ConfigNode[]): void {
    let index = 0;
    this.#readItems(']', () => this.#readValue(`[${index++}]`, this.#place(), children));
  }

  /** What stands between brackets. */
  #readItems(end: string, readItem: () => void): void {
    this.#at += 1;
    this.#skipBlank();
    if (this.#text[this.#at] !== end) {
      readItem();
      this.#skipBlank();
      while (this.#text[this.#at] === ',') {
        this.#at += 1;
        this.#skipBlank();
        readItem();
        this.#skipBlank();
      }
    }
    this.#expect(end);
  }

  #quoted(): string {
    const start = this.#at;
    let end = start;
    do end = this.#text.indexOf('"', end + 1);
    while (end > 0 && this.#isEscaped(end));
    if (end === -1) throw new NotJson();
    this.#at = end + 1;
    const plain = this.#text.slice(start + 1, end);
    return special.test(plain) ? unescaped(this.#text.slice(start, end + 1)) : plain;
  }

  #isEscaped(end: number): boolean {
    let backslashes = 0;
    while (this.#text[end - 1 - backslashes] === '\\') backslashes += 1;
    return backslashes % 2 === 1;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) throw new NotJson();
    this.#at += 1;
  }

  #skipBlank(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code > 0x20) return;
    const from = this.#at;
    const skipped = this.#take(blank) ?? '';
    for (let line = skipped.indexOf('\n'); line !== -1; line = skipped.indexOf('\n', line + 1)) {
      this.#line += 1;
      this.#lineStart = from + line + 1;
    }
  }

  #place(): ProblemSource {
    return { file: this.#file, line: this.#line, column: this.#at - this.#lineStart + 1 };
  }
}

function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new NotJson();
  }
}
