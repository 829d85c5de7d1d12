/**
 * The way back: from a decoded value to labels or flags that decode to it again. Defaults are not
 * written.
 */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { formatDuration } from '../support/duration.ts';
import { emptyStructure, type Field, labelNameOf, type Option, optionOf } from './option-tree.ts';

export function encodeLabels<T extends z.ZodType>(
  schema: T,
  value: z.output<T>,
  root: string,
): Record<string, string> {
  const encoder = new Encoder(true);
  encoder.encode(optionOf(schema), value, root);
  return Object.fromEntries(encoder.pairs);
}

export function encodeFlags<T extends z.ZodType>(schema: T, value: z.output<T>): string[] {
  const encoder = new Encoder(false);
  encoder.encode(optionOf(schema), value, '');
  return encoder.pairs.map(([key, text]) => `--${key}=${text}`);
}

class Encoder {
  readonly pairs: [key: string, text: string][] = [];
  readonly #labels: boolean;

  constructor(labels: boolean) {
    this.#labels = labels;
  }

  encode(option: Option, value: unknown, key: string): void {
    switch (option.kind) {
      case 'structure':
        return this.#structure(option, value as Readonly<Record<string, unknown>>, key);
      case 'structures':
        return this.#structures(option, value as readonly unknown[], key);
      case 'map':
        return this.#entries(value as object, key, (item, name) =>
          this.#element(option.element as Option, item, name),
        );
      case 'free':
        return this.#free(value, key);
      default:
        this.pairs.push([key, textOf(option, value)]);
    }
  }

  #structure(option: Option, value: Readonly<Record<string, unknown>>, key: string): void {
    for (const field of option.fields) {
      const { [field.name]: own } = value;
      if (own === undefined || isDeepStrictEqual(own, field.option.absent())) continue;
      if (this.#labels && field.option.meta.hiddenInLabels) continue;
      this.#field(field, own, key === '' ? this.#nameOf(field) : `${key}.${this.#nameOf(field)}`);
    }
  }

  /** A structure that is there without saying anything is written as a leaf. */
  #field({ option }: Field, value: unknown, key: string): void {
    const bare = option.kind === 'structure' && isDeepStrictEqual(value, emptyStructure(option));
    if (bare && option.meta.allowEmpty) this.pairs.push([key, 'true']);
    else this.encode(option, value, key);
  }

  #structures(option: Option, items: readonly unknown[], key: string): void {
    const element = option.element as Option;
    if (this.#labels && option.meta.labelName) return this.encode(element, items[0], key);
    const digits = String(items.length - 1).length;
    items.forEach((item, index) => {
      this.encode(element, item, `${key}[${String(index).padStart(digits, '0')}]`);
    });
  }

  #element(element: Option, value: unknown, key: string): void {
    const written = this.pairs.length;
    this.encode(element, value, key);
    if (this.pairs.length === written) this.pairs.push([key, 'true']);
  }

  #free(value: unknown, key: string): void {
    if (Array.isArray(value)) value.forEach((item, index) => this.#free(item, `${key}[${index}]`));
    else if (typeof value === 'object' && value !== null)
      this.#entries(value, key, (item, name) => this.#free(item, name));
    else this.pairs.push([key, String(value)]);
  }

  #entries(value: object, key: string, visit: (item: unknown, name: string) => void): void {
    const prefix = key === '' ? '' : `${key}.`;
    for (const [name, item] of Object.entries(value)) visit(item, prefix + name);
  }

  #nameOf(field: Field): string {
    return (this.#labels ? labelNameOf(field) : field.name).toLowerCase();
  }
}

function textOf(option: Option, value: unknown): string {
  if (option.kind === 'duration') return formatDuration(value as number);
  return Array.isArray(value) ? value.join(',') : String(value);
}
