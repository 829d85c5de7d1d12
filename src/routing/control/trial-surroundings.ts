import { SharedCounts, sharedCountWords } from '../../balancing/shared-counts.ts';
import type { MiddlewareContext } from '../../middlewares/middleware.ts';
import type { Handler } from '../../model/exchange.ts';
import type { FileContents, WatchedFiles } from '../../tls/watched-files.ts';
import { qualify } from '../qualified-name.ts';
import type { HttpMiddleware } from '../schema/middlewares.ts';
import type { Element } from './merge.ts';

const nowhere: Handler = { handle: (exchange) => exchange.reply(404, []) };

/** What a middleware is built in for trial. Remembers what it has asked for. */
export class TrialSurroundings implements MiddlewareContext {
  readonly name: string;
  /** Qualified names. */
  readonly services: string[] = [];
  /** By path. */
  readonly seen = new Map<string, FileContents>();
  cellWords = 0;
  readonly #provider: string;
  readonly #files: Pick<WatchedFiles, 'contents'>;

  constructor({ name, provider }: Element<HttpMiddleware>, files: Pick<WatchedFiles, 'contents'>) {
    this.name = name;
    this.#provider = provider;
    this.#files = files;
  }

  readonly service = (name: string): Handler => {
    this.services.push(qualify(name, this.#provider));
    return nowhere;
  };

  readonly outside = (): Handler => nowhere;

  readonly file = (path: string): string => {
    const contents = this.#files.contents(path);
    this.seen.set(path, contents);
    if ('error' in contents) throw new Error(contents.error);
    return contents.text;
  };

  readonly cell = (words: number): Int32Array => {
    this.cellWords = words;
    return new Int32Array(new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT));
  };

  readonly counts = (): SharedCounts => new SharedCounts(this.cell(sharedCountWords), 0);

  readonly now = (): number => 0;

  readonly random = (): number => 0;
}
