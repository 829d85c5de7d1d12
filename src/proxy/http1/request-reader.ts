import type { Client } from '../../model/exchange.ts';
import { ForwardedFields } from '../forwarded-fields.ts';
import type { HttpRequest } from '../http-request.ts';
import type { HttpSettings } from '../http-settings.ts';
import { CR, LF } from './characters.ts';
import { INCOMPLETE } from './field-scanner.ts';
import type { Input } from './input.ts';
import { acceptRequest, trust } from './request.ts';
import { RequestHead, type Trust } from './request-head.ts';

/** The head that was read last, whoever read it. */
export const head = new RequestHead();

/** What `RequestReader.next` gives besides requests, and statuses to refuse with. */
export const WAITING = -1;
/** Waiting from now on: before, there was nothing but empty lines. */
export const BEGUN = -2;

const COMPLETE = 0;

/** Finds the heads of requests in the input of a connection, and makes requests of them. */
export class RequestReader {
  readonly #input: Input;
  readonly #settings: HttpSettings;
  readonly #forwarded: ForwardedFields;
  readonly #trust: Trust;
  #begun = false;

  constructor(input: Input, client: Client, settings: HttpSettings) {
    this.#input = input;
    this.#settings = settings;
    this.#forwarded = new ForwardedFields(client, settings);
    this.#trust = trust(client, settings);
  }

  /** The next one, without its body; `head` says how that is framed. */
  next(bytes: Buffer): HttpRequest | number {
    const result = this.#readHead(bytes);
    if (result !== COMPLETE) return result;
    return acceptRequest({
      head,
      settings: this.#settings,
      forwarded: this.#forwarded,
      trust: this.#trust,
    });
  }

  #readHead(bytes: Buffer): number {
    const { end } = this.#input;
    let from = this.#input.at;
    while (from + 1 < end && bytes[from] === CR && bytes[from + 1] === LF) from += 2;
    this.#input.clear();
    const begun = from < end && (from + 1 < end || bytes[from] !== CR);
    const after = begun ? head.read(bytes, from, end, this.#trust) : INCOMPLETE;
    const length = (after === INCOMPLETE ? end : after) - from;
    if (length > this.#settings.maxHeaderBytes) return 431;
    if (after === INCOMPLETE) return this.#wait(bytes.subarray(from, end), begun);
    if (after < 0) return -after;
    this.#input.headEnded();
    this.#begun = false;
    if (after < end) this.#input.put(bytes, after, end);
    return COMPLETE;
  }

  #wait(bytes: Buffer, begun: boolean): number {
    const isNew = begun && !this.#begun;
    this.#begun = begun;
    if (bytes.length === 0) this.#input.headEnded();
    else this.#input.keepHead(bytes, this.#settings.maxHeaderBytes);
    return isNew ? BEGUN : WAITING;
  }
}
