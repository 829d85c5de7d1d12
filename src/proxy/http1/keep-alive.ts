import type { HttpSettings } from '../http-settings.ts';

/** Whether a client's connection stays for another request. */
export class KeepAlive {
  readonly #settings: HttpSettings;
  readonly #bornAt: number;
  #requests = 0;
  #stays = true;
  #isLast = false;

  constructor(settings: HttpSettings, bornAt: number) {
    this.#settings = settings;
    this.#bornAt = bornAt;
  }

  get stays(): boolean {
    return this.#stays;
  }

  /** The client has said that this is its last request. */
  get isLast(): boolean {
    return this.#isLast;
  }

  /** How many have come. */
  get requests(): number {
    return this.#requests;
  }

  /** A request has come; `more` unless the client says that it is its last. */
  count(more: boolean): void {
    this.#requests++;
    this.#isLast = !more;
    this.#stays &&= more;
  }

  /** The response that is about to begin will be the last. */
  end(): void {
    this.#stays = false;
  }

  /** Neither too many requests nor too old. */
  isYoung(now: number): boolean {
    const { keepAliveMaxRequests, keepAliveMaxTimeMs } = this.#settings;
    if (keepAliveMaxRequests > 0 && this.#requests >= keepAliveMaxRequests) return false;
    return keepAliveMaxTimeMs === 0 || now - this.#bornAt < keepAliveMaxTimeMs;
  }
}
