import type { HeaderField } from './hpack/header-field.ts';

/**
 * The lines of fields as one text. The same fields as the last time, which between two proxies is the rule, give the
 * same text: it is neither put together nor made flat again.
 */
export class JoinedLines {
  readonly #fields: HeaderField[] = [];
  #count = 0;
  #stale = false;
  #text = '';

  clear(): void {
    this.#cut();
    this.#count = 0;
  }

  add(field: HeaderField): void {
    const index = this.#count++;
    if (index < this.#fields.length && this.#fields[index] === field) return;
    this.#fields[index] = field;
    this.#stale = true;
  }

  get text(): string {
    this.#cut();
    if (this.#stale) this.#join();
    return this.#text;
  }

  /** What stands beyond is of an earlier time. */
  #cut(): void {
    if (this.#count === this.#fields.length) return;
    this.#fields.length = this.#count;
    this.#stale = true;
  }

  #join(): void {
    this.#stale = false;
    this.#text = '';
    for (const { line } of this.#fields) this.#text += line;
  }
}
