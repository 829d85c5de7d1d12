/**
 * Command-line options by Traefik's rules: `--a.b=c`, `--a.b c`, one dash or two, letter case free. A flag that can
 * stand alone (true or false, a structure that may be empty) never takes the next word.
 */
import type { z } from 'zod';
import type { Problem } from '../model/problem.ts';
import { nearestName } from '../support/nearest-name.ts';
import { type KeyedValue, splitKey } from './key-tree.ts';
import { isScalar, type Option, optionOf } from './option-tree.ts';

export interface ReadFlags {
  readonly values: KeyedValue[];
  readonly problems: Problem[];
}

export function readFlags(schema: z.ZodType, args: readonly string[]): ReadFlags {
  const reader = new FlagReader(optionOf(schema), args);
  return { values: reader.read(), problems: reader.problems };
}

/** The option a dotted name leads to, whatever stands for free names and indices in between. */
export function optionAt(root: Option, key: string): Option | undefined {
  const split = splitKey(key);
  if ('fault' in split) return undefined;
  let option: Option | undefined = root;
  for (const piece of split.pieces) {
    if (option?.kind === 'structure') option = option.field(piece)?.option;
    else option = option?.element;
    // Below a map of single values dots belong to the name.
    if (option && isScalar(option)) return option;
  }
  return option;
}

class FlagReader {
  readonly problems: Problem[] = [];
  readonly #root: Option;
  readonly #args: readonly string[];
  readonly #values = new Map<string, KeyedValue>();

  constructor(root: Option, args: readonly string[]) {
    this.#root = root;
    this.#args = args;
  }

  read(): KeyedValue[] {
    for (let at = 0; at < this.#args.length; at++) {
      const arg = this.#args[at] as string;
      if (arg === '--') break;
      if (/^-{1,2}[^-=]/.test(arg)) at += this.#flag(arg, this.#args[at + 1]);
      else this.#reportStray(arg, this.#args[at - 1]);
    }
    return [...this.#values.values()];
  }

  /** Answers how many further words it took. */
  #flag(arg: string, next: string | undefined): 0 | 1 {
    const [, key, value] = /^-{1,2}([^=]+)(?:=([\s\S]*))?$/.exec(arg) as RegExpExecArray;
    const flag = `--${key}`;
    const option = optionAt(this.#root, key as string);
    if (value !== undefined) this.#put(option, { key: key as string, value, place: { flag } });
    else if (standsAlone(option)) this.#put(option, { key: key as string, value: 'true', place: { flag } });
    else if (next === undefined) this.#reportMissing(flag);
    else {
      this.#put(option, { key: key as string, value: next, place: { flag } });
      return 1;
    }
    return 0;
  }

  /** A list given again grows; of anything else the last one counts. */
  #put(option: Option | undefined, keyed: KeyedValue): void {
    const folded = keyed.key.toLowerCase();
    const before = this.#values.get(folded);
    const grows = before && option?.kind === 'list';
    const value = grows ? `${before.value},${keyed.value}` : keyed.value;
    this.#values.set(folded, { ...keyed, key: before?.key ?? keyed.key, value });
  }

  #reportMissing(flag: string): void {
    const text = `The flag ${flag} needs a value.`;
    this.problems.push({ code: 'missing-value', severity: 'error', source: { flag }, text });
  }

  #reportStray(word: string, previous: string | undefined): void {
    const isAnswer = previous?.startsWith('-') && !previous.includes('=');
    const name = word.split('=')[0] as string;
    const option = optionAt(this.#root, name);
    const roots = this.#root.fields.map((field) => field.name);
    const nearest = nearestName(name.split('.')[0] as string, roots);
    const remedy = isAnswer ? `${previous}=${word}` : option || nearest ? `--${word}` : undefined;
    this.problems.push({
      code: 'stray-argument',
      severity: 'error',
      source: { flag: word },
      text: `The argument "${word}" is neither a command nor a flag; flags begin with "--".`,
      ...(remedy ? { remedy: `Did you mean ${remedy}?` } : {}),
    });
  }
}

/** An unknown name is left to the decoder, which knows the names nearby. */
function standsAlone(option: Option | undefined): boolean {
  if (option === undefined || option.kind === 'flag') return true;
  return option.kind === 'structure' || option.kind === 'free' || option.kind === 'map';
}
