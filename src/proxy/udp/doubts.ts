import { type InLine, Line } from './line.ts';

export interface Doubted extends InLine {
  /** It has sent more than one datagram. */
  hasReturned: boolean;
  isAnswered: boolean;
}

/**
 * Who may be nobody at all: sender addresses are easily forged, but who forges them sees no answers, and seldom uses
 * one twice. A session of which both are known is beyond doubt, and stays for as long as it is used.
 */
export class Doubts<T extends Doubted> {
  /** One datagram, and no answer. */
  readonly #strangers = new Line();
  /** Of whom one thing is known, the longest silent first. */
  readonly #halfKnown = new Line();

  enter(session: T): void {
    this.#strangers.join(session);
  }

  returned(session: T): void {
    session.hasReturned = true;
    this.#place(session);
  }

  answered(session: T): void {
    session.isAnswered = true;
    this.#place(session);
  }

  leave(session: T): void {
    session.line?.leave(session);
  }

  /** Who has to go first; undefined when nobody has to. */
  get first(): T | undefined {
    return (this.#strangers.first ?? this.#halfKnown.first) as T | undefined;
  }

  #place(session: T): void {
    if (session.hasReturned && session.isAnswered) this.leave(session);
    else this.#halfKnown.join(session);
  }
}

export const isBeyondDoubt = ({ hasReturned, isAnswered }: Doubted): boolean => hasReturned && isAnswered;
