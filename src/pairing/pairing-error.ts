import type { ProblemCode } from '../model/problem-codes.ts';

/** What can stand in the way of pairing; each keeps its meaning for good. */
export type PairingCode = Extract<
  ProblemCode,
  | 'invitation-malformed'
  | 'invitation-expired'
  | 'invitation-refused'
  | 'fingerprint-wrong'
  | 'child-address-wrong'
  | 'child-unreachable'
  | 'child-identity-shared'
  | 'child-is-self'
  | 'peer-unknown'
  | 'peer-answer-wrong'
  | 'name-taken'
  | 'secret-too-short'
  | 'secret-unreadable'
  | 'rejoin-refused'
  | 'too-many-parents'
  | 'clock-differs'
  | 'not-paired'
>;

/** Why something about pairing cannot be done, and what to do instead. */
export class PairingError extends Error {
  readonly code: PairingCode;
  readonly remedy: string;

  constructor(code: PairingCode, text: string, remedy: string) {
    super(text);
    this.code = code;
    this.remedy = remedy;
  }

  /** With which a peer is told. */
  get status(): number {
    if (this.code === 'peer-unknown') return 404;
    return this.code === 'peer-answer-wrong' ? 400 : 409;
  }
}
