import {
  hasBehaviour,
  loadFactory,
  type MiddlewareFactory,
  middlewares,
} from '../../middlewares/registry.ts';
import { SharedCounts, sharedCountWords } from '../../balancing/shared-counts.ts';
import type { Handler } from '../../model/exchange.ts';
import { qualify } from '../qualified-name.ts';
import type { HttpMiddleware } from '../schema/middlewares.ts';
import type { Element } from './merge.ts';

/** What is known of a middleware without its surroundings. */
export interface TriedMiddleware {
  /** `''` when it has none or several. */
  readonly type: string;
  readonly options: unknown;
  readonly error: string | undefined;
  /** Qualified names of the services it asks for. */
  readonly services: readonly string[];
  /** What it wants of the memory that workers share. */
  readonly cellWords: number;
  /** As named, of a chain. */
  readonly members: readonly string[] | undefined;
}

const nowhere: Handler = { handle: (exchange) => exchange.reply(404, []) };

/**
 * Builds each middleware once for trial with the very code that the workers run, so that a mistake in its options is
 * known before anything is sent to them.
 */
export class Trial {
  readonly #factories: ReadonlyMap<string, MiddlewareFactory>;
  readonly #tried = new WeakMap<Element<HttpMiddleware>, TriedMiddleware>();

  private constructor(factories: ReadonlyMap<string, MiddlewareFactory>) {
    this.#factories = factories;
  }

  static async create(): Promise<Trial> {
    const loaded = new Map<string, MiddlewareFactory>();
    for (const type of Object.keys(middlewares)) {
      const factory = await loadFactory(type);
      if (factory) loaded.set(type, factory);
    }
    return new Trial(loaded);
  }

  try(element: Element<HttpMiddleware>): TriedMiddleware {
    let tried = this.#tried.get(element);
    if (!tried) {
      tried = this.#build(element);
      this.#tried.set(element, tried);
    }
    return tried;
  }

  #build(element: Element<HttpMiddleware>): TriedMiddleware {
    const named = Object.entries(element.value).filter(
      ([type, options]) => options !== undefined && isOurs(type),
    );
    const [type, options] = named[0] ?? ['', undefined];
    const nothing = { type, options, services: [], cellWords: 0, members: undefined };
    if (named.length !== 1) return { ...nothing, type: '', error: kindText(element.name, named.length) };
    if (element.value.chain)
      return { ...nothing, error: undefined, members: element.value.chain.middlewares };
    if (!hasBehaviour(type)) return { ...nothing, error: `the middleware ${type} is not there yet` };
    return { ...nothing, ...this.#create(element, { type, options }) };
  }

  #create(
    { name, provider }: Element<HttpMiddleware>,
    { type, options }: { type: string; options: unknown },
  ): Pick<TriedMiddleware, 'error' | 'services' | 'cellWords'> {
    const services: string[] = [];
    const service = (wanted: string): Handler => {
      services.push(qualify(wanted, provider));
      return nowhere;
    };
    let cellWords = 0;
    const cell = (words: number): Int32Array => {
      cellWords = words;
      return new Int32Array(new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT));
    };
    const counts = () => new SharedCounts(cell(sharedCountWords), 0);
    const outside = () => nowhere;
    const context = { name, service, outside, cell, counts, now: () => 0, random: () => 0 };
    try {
      this.#factories.get(type)?.(options, context);
      return { error: undefined, services, cellWords };
    } catch (error) {
      return { error: (error as Error).message, services, cellWords };
    }
  }
}

const isOurs = (type: string): boolean => Object.hasOwn(middlewares, type);

function kindText(name: string, kinds: number): string {
  return kinds === 0
    ? `the middleware "${name}" has no kind that exists`
    : `the middleware "${name}" has several kinds: make one middleware of each`;
}
