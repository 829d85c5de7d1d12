import { createPrivateKey } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../support/write-atomically.ts';
import { selfSigned } from './certificates.ts';
import { generateKey } from './keys.ts';
import { type Book, ledgerSchema } from './ledger-schema.ts';

const fileName = 'pairing.json';
/** What a program that was stopped in the middle of writing leaves behind. */
const unfinished = /^pairing\.json\.[0-9a-f]{12}$/;

/**
 * What this node knows of its peers: one file, replaced as a whole. What has been changed is on the disk before anybody
 * is told of it; a file that cannot be read stays as it is.
 */
export class Ledger implements AsyncDisposable {
  readonly #path: string;
  readonly #listeners = new Set<() => void>();
  #book: Book;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(path: string, book: Book) {
    this.#path = path;
    this.#book = book;
  }

  static async open({ directory, nowMs }: { directory: string; nowMs: number }): Promise<Ledger> {
    const path = join(directory, fileName);
    const left = (await readdir(directory)).filter((name) => unfinished.test(name));
    for (const name of left) await rm(join(directory, name), { force: true });
    const kept = await read(path);
    const ledger = new Ledger(path, kept ?? (await emptyBook(nowMs)));
    if (kept === undefined) await ledger.#write(ledger.book);
    return ledger;
  }

  get book(): Book {
    return this.#book;
  }

  /** Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One after the other. What `alter` throws leaves everything as it was, as does a disk that is full. */
  change(alter: (book: Book) => Book): Promise<void> {
    const done = this.#writing.then(() => this.#apply(alter));
    this.#writing = done.catch(() => undefined);
    return done;
  }

  /** What has been begun is on the disk then. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
  }

  async #apply(alter: (book: Book) => Book): Promise<void> {
    const book = alter(this.#book);
    if (book === this.#book) return;
    await this.#write(book);
    this.#book = book;
    for (const listener of this.#listeners) listener();
  }

  #write(book: Book): Promise<void> {
    return writeAtomically(this.#path, `${JSON.stringify(book, undefined, 1)}\n`);
  }
}

async function read(path: string): Promise<Book | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`The file ${path} cannot be read (${error.message}).`);
  });
  return text === undefined ? undefined : parse(text, path);
}

function parse(text: string, path: string): Book {
  try {
    return ledgerSchema.parse(JSON.parse(text));
  } catch (error) {
    // Its own message would quote the file, and so perhaps a key.
    const why = error instanceof SyntaxError ? 'it is not JSON' : 'it is not as this version writes it';
    throw new Error(
      `The file ${path}, which holds the keys of pairing, cannot be used: ${why}. It is left as it is: ` +
        'put back a copy of it, or move it away and pair again.',
    );
  }
}

async function emptyBook(nowMs: number): Promise<Book> {
  const key = await generateKey();
  return {
    version: 1,
    node: { key, certificate: selfSigned(createPrivateKey(key), nowMs) },
    authorities: [],
    children: [],
    revokedChildren: [],
    parents: [],
    invitations: [],
    spentSecrets: [],
  };
}
