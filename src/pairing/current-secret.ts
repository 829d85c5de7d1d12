import type { WatchedFiles } from '../tls/watched-files.ts';
import type { PairingOptions } from './options.ts';
import { PairingError } from './pairing-error.ts';
import { type SharedSecret, sharedSecret } from './shared-secret.ts';
import type { PairingSurroundings } from './surroundings.ts';

export interface CurrentSecretInit extends Pick<PairingSurroundings, 'now' | 'log'> {
  readonly options: Pick<PairingOptions, 'secret' | 'secretFile'>;
  readonly files: Pick<WatchedFiles, 'contents' | 'onChange'>;
}

/** The secret that counts: as it is written in the configuration, or in a file, which may be replaced. */
export class CurrentSecret implements AsyncDisposable {
  readonly #init: CurrentSecretInit;
  #written: string;
  #value: SharedSecret | undefined;
  #failure: PairingError | undefined;
  readonly #listeners = new Set<() => void>();
  #work: Promise<void> = Promise.resolve();
  #unwatch = () => {};

  private constructor(init: CurrentSecretInit) {
    this.#init = init;
    this.#written = init.options.secretFile === '' ? init.options.secret.trim() : this.#inFile();
  }

  /** Throws when it is of no use. */
  static async open(init: CurrentSecretInit): Promise<CurrentSecret> {
    const { options, files, now } = init;
    const secret = new CurrentSecret(init);
    if (secret.#written === '' && options.secretFile === '') return secret;
    secret.#value = await sharedSecret(secret.#written, now());
    if (options.secretFile !== '') secret.#unwatch = files.onChange(() => secret.#lookAgain());
    return secret;
  }

  /** Undefined when none was given. */
  get value(): SharedSecret | undefined {
    return this.#value;
  }

  /** Why the file does not count as it is: what it said before does. */
  get failure(): PairingError | undefined {
    return this.#failure;
  }

  /** It is another one, or its file is of no use, or is again. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unwatch();
    await this.#work;
  }

  #lookAgain(): void {
    this.#work = this.#work.then(() => this.#look());
  }

  async #look(): Promise<void> {
    const [value, failure] = [this.#value, this.#failure];
    try {
      await this.#takeUp(this.#inFile());
      this.#failure = undefined;
    } catch (error) {
      if (!(error instanceof PairingError)) throw error;
      const text = `${error.message} The secret that was there before stays in use.`;
      this.#failure = new PairingError(error.code, text, error.remedy);
    }
    if (this.#value !== value || this.#failure?.message !== failure?.message)
      for (const listener of this.#listeners) listener();
  }

  async #takeUp(written: string): Promise<void> {
    if (written === this.#written) return;
    this.#value = await sharedSecret(written, this.#init.now());
    this.#written = written;
    this.#init.log.info('The secret of pairing is another one: it counts for pairings from now on.');
  }

  #inFile(): string {
    const contents = this.#init.files.contents(this.#init.options.secretFile);
    if ('error' in contents) throw unreadable(contents.error);
    return contents.text.trim();
  }
}

const unreadable = (why: string) =>
  new PairingError(
    'secret-unreadable',
    `The secret of hub.pairing.secretFile cannot be read: ${why}.`,
    'Put the file there, readable for the user that Fairlead runs as.',
  );
