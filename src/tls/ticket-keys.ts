import { randomBytes } from 'node:crypto';
import type tls from 'node:tls';

/** So long a key seals tickets, and so long a session may be resumed. */
export const ticketKeyMs = 12 * 3_600_000;

const partBytes = 16;
const keyBytes = 3 * partBytes;

export const makeTicketKey = (): Uint8Array => randomBytes(keyBytes);

interface TicketKey {
  /** Stands in clear in the ticket. */
  readonly name: Buffer;
  readonly hmac: Buffer;
  readonly aes: Buffer;
}

/** What Node passes on of OpenSSL's question for a key; `name` and `iv` only where a ticket is sealed. */
type Answer = readonly [verdict: number, hmac: Buffer, aes: Buffer, name?: Buffer, iv?: Buffer];

interface Context {
  onticketkeycallback(name: Buffer, iv: Buffer, seals: boolean): Answer;
  enableTicketKeyCallback(): void;
}

const unknown = 0;
const good = 1;
/** It opens the ticket, and the client gets another one. */
const outdated = 2;

/**
 * The keys of session tickets, the same in all workers. The first one seals; all open what they have sealed.
 * `setTicketKeys` would know one only, and each change would end all sessions.
 */
export class TicketKeys {
  #keys: readonly TicketKey[] = [];

  constructor(keys: readonly Uint8Array[]) {
    this.replace(keys);
  }

  /** The newest first. */
  replace(keys: readonly Uint8Array[]): void {
    this.#keys = keys.map((bytes) => {
      const key = Buffer.from(bytes);
      return {
        name: key.subarray(0, partBytes),
        hmac: key.subarray(partBytes, 2 * partBytes),
        aes: key.subarray(2 * partBytes),
      };
    });
  }

  /** From now on they are those of the server. */
  equip(server: tls.Server): void {
    const { context } = (server as tls.Server & { readonly _sharedCreds: { readonly context: Context } })
      ._sharedCreds;
    context.onticketkeycallback = (name, _iv, seals) => (seals ? this.#seal() : this.#open(name));
    context.enableTicketKeyCallback();
  }

  #seal(): Answer {
    const [{ hmac, aes, name }] = this.#keys as [TicketKey];
    return [good, hmac, aes, name, randomBytes(partBytes)];
  }

  #open(name: Buffer): Answer {
    const index = this.#keys.findIndex((key) => key.name.equals(name));
    const { hmac, aes } = this.#keys[Math.max(0, index)]!;
    return [index < 0 ? unknown : index === 0 ? good : outdated, hmac, aes];
  }
}
