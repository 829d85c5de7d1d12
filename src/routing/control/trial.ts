import { isDeepStrictEqual } from 'node:util';
import {
  hasBehaviour,
  loadFactory,
  type MiddlewareFactory,
  middlewares,
} from '../../middlewares/registry.ts';
import type { FileContents, WatchedFiles } from '../../tls/watched-files.ts';
import type { HttpMiddleware } from '../schema/middlewares.ts';
import type { Element } from './merge.ts';
import { TrialSurroundings } from './trial-surroundings.ts';

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
  /** What the files held that it asked for, by path. */
  readonly seen: ReadonlyMap<string, FileContents>;
  /** What they hold by now is of no use, for this reason; it stays as it was. */
  readonly refusal?: string;
}

type Files = Pick<WatchedFiles, 'contents'>;

interface Attempt {
  readonly outcome: TriedMiddleware;
  /** What the outcome rests on, even if it stayed as it was. */
  readonly seen: TriedMiddleware['seen'];
}

/**
 * Builds each middleware once for trial with the very code that the workers run, so that a mistake in its options is
 * known before anything is sent to them; once more when a file that it asked for has changed.
 */
export class Trial {
  readonly #factories: ReadonlyMap<string, MiddlewareFactory>;
  readonly #files: Files;
  readonly #attempts = new WeakMap<Element<HttpMiddleware>, Attempt>();

  private constructor(factories: ReadonlyMap<string, MiddlewareFactory>, files: Files) {
    this.#factories = factories;
    this.#files = files;
  }

  static async create(files: Files): Promise<Trial> {
    const loaded = new Map<string, MiddlewareFactory>();
    for (const type of Object.keys(middlewares)) {
      const factory = await loadFactory(type);
      if (factory) loaded.set(type, factory);
    }
    return new Trial(loaded, files);
  }

  /** The same object as long as nothing has changed that it rests on. */
  try(element: Element<HttpMiddleware>): TriedMiddleware {
    const last = this.#attempts.get(element);
    if (last && this.#holds(last.seen)) return last.outcome;
    const built = this.#build(element);
    const outcome = last ? successor(built, last.outcome) : built;
    this.#attempts.set(element, { outcome, seen: built.seen });
    return outcome;
  }

  #holds(seen: TriedMiddleware['seen']): boolean {
    for (const [path, contents] of seen)
      if (!isDeepStrictEqual(this.#files.contents(path), contents)) return false;
    return true;
  }

  #build(element: Element<HttpMiddleware>): TriedMiddleware {
    const named = Object.entries(element.value).filter(
      ([type, options]) => options !== undefined && isOurs(type),
    );
    const [type, options] = named[0] ?? ['', undefined];
    const nothing = { type, options, services: [], cellWords: 0, members: undefined, seen: new Map() };
    if (named.length !== 1) return { ...nothing, type: '', error: kindText(element.name, named.length) };
    if (element.value.chain)
      return { ...nothing, error: undefined, members: element.value.chain.middlewares };
    if (!hasBehaviour(type)) return { ...nothing, error: `the middleware ${type} is not there yet` };
    return { ...nothing, ...this.#create(element, { type, options }) };
  }

  #create(
    element: Element<HttpMiddleware>,
    { type, options }: { type: string; options: unknown },
  ): Pick<TriedMiddleware, 'error' | 'services' | 'cellWords' | 'seen'> {
    const surroundings = new TrialSurroundings(element, this.#files);
    let error: string | undefined;
    try {
      this.#factories.get(type)?.(options, surroundings);
    } catch (fault) {
      error = (fault as Error).message;
    }
    const { services, cellWords, seen } = surroundings;
    return { error, services, cellWords, seen };
  }
}

/** A file that has become of no use changes nothing: who could log in yesterday can today. */
function successor(built: TriedMiddleware, last: TriedMiddleware): TriedMiddleware {
  return built.error === undefined || last.error !== undefined ? built : { ...last, refusal: built.error };
}

const isOurs = (type: string): boolean => Object.hasOwn(middlewares, type);

function kindText(name: string, kinds: number): string {
  return kinds === 0
    ? `the middleware "${name}" has no kind that exists`
    : `the middleware "${name}" has several kinds: make one middleware of each`;
}
