import { makeTicketKey, ticketKeyMs } from './ticket-keys.ts';

/**
 * Makes the keys of session tickets. The last one but one is kept: what it sealed in its last moment may be shown
 * until the next key comes. Whoever gets hold of the memory of the program cannot read what was said a day before.
 */
export class TicketKeyRing implements Disposable {
  readonly #onTurn: (keys: readonly Uint8Array[]) => void;
  readonly #timer: NodeJS.Timeout;
  #keys: readonly Uint8Array[] = [makeTicketKey()];

  constructor(onTurn: (keys: readonly Uint8Array[]) => void) {
    this.#onTurn = onTurn;
    this.#timer = setInterval(() => this.#turn(), ticketKeyMs).unref();
  }

  /** The newest first. */
  get keys(): readonly Uint8Array[] {
    return this.#keys;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #turn(): void {
    this.#keys = [makeTicketKey(), this.#keys[0]!];
    this.#onTurn(this.#keys);
  }
}
