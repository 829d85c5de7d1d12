import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { SharedTable, type SharedTableInit, sharedTableWords } from '../../balancing/shared-table.ts';
import { lock, unlock } from '../../balancing/spin-lock.ts';

const LOCK = 0;
const SECRET_WORDS = 8;
const TABLE_FIRST = 1 + SECRET_WORDS;
const TABLE: SharedTableInit = { slots: 4096, stateWords: 1 };
export const NONCE_WORDS = TABLE_FIRST + sharedTableWords(TABLE);

const AGE_MS_MAX = 3_600_000;
const HEAD_BYTES = 16;

/**
 * Nonces that any worker makes and all know again by the secret they share; nothing is kept of those that nobody uses.
 * Of the others the table holds how often they have been used, so that what was overheard is not taken twice.
 */
export class Nonces {
  readonly opaque: string;
  readonly #secret: Buffer;
  readonly #used: SharedTable;
  readonly #now: () => number;

  constructor(cell: Int32Array, now: () => number) {
    this.#secret = sharedSecret(cell);
    this.#used = new SharedTable(cell.subarray(TABLE_FIRST), TABLE);
    this.#now = now;
    this.opaque = this.#sign(Buffer.from('opaque')).toString('base64url');
  }

  create(): string {
    const head = randomBytes(HEAD_BYTES);
    head.writeDoubleBE(this.#now());
    return Buffer.concat([head, this.#sign(head)]).toString('base64url');
  }

  /** False for one that is not ours, too old, or has been used that often before. */
  use(nonce: string, count: string): boolean {
    const uses = /^[0-9a-f]{8}$/i.test(count) ? Number.parseInt(count, 16) | 0 : 0;
    if (uses <= 0 || !this.#isCurrent(nonce)) return false;
    return this.#used.change(nonce, leastUsed, (cell, at) => {
      const isNew = uses > cell[at]!;
      if (isNew) cell[at] = uses;
      return isNew;
    });
  }

  #isCurrent(nonce: string): boolean {
    const bytes = Buffer.from(nonce, 'base64url');
    const head = bytes.subarray(0, HEAD_BYTES);
    const signature = this.#sign(head);
    if (bytes.length !== HEAD_BYTES + signature.length) return false;
    if (!timingSafeEqual(bytes.subarray(HEAD_BYTES), signature)) return false;
    return this.#now() - head.readDoubleBE() < AGE_MS_MAX;
  }

  #sign(bytes: Buffer): Buffer {
    return createHmac('sha256', this.#secret).update(bytes).digest().subarray(0, 16);
  }
}

const leastUsed = (cell: Int32Array, at: number): number => cell[at]!;

/** Whoever comes first makes it. */
function sharedSecret(cell: Int32Array): Buffer {
  const words = cell.subarray(LOCK + 1, TABLE_FIRST);
  lock(cell, LOCK);
  if (words.every((word) => word === 0)) words.set(new Int32Array(new Uint8Array(randomBytes(32)).buffer));
  const secret = Buffer.from(Int32Array.from(words).buffer);
  unlock(cell, LOCK);
  return secret;
}
