/** Where a member stands; what one needs to remove it. */
export interface Seat<T> {
  readonly member: T;
  /** Belongs to the crowd. */
  index: number;
}

const gone = -1;

/**
 * Members that come and go with every connection, in no order. A `Set` makes new tables all the time then, and each
 * old one points at the next: once one of them has become old for V8, the members of all that follow stay in memory
 * until everything is cleaned up.
 */
export class Crowd<T> implements Iterable<T> {
  readonly #seats: Seat<T>[] = [];

  get size(): number {
    return this.#seats.length;
  }

  add(member: T): Seat<T> {
    const seat = { member, index: this.#seats.length };
    this.#seats.push(seat);
    return seat;
  }

  /** Once more has no effect. */
  remove(seat: Seat<T>): void {
    if (seat.index === gone) return;
    const last = this.#seats.pop()!;
    if (last !== seat) this.#seats[seat.index] = last;
    last.index = seat.index;
    seat.index = gone;
  }

  /** As of now; members may leave meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return this.#seats.map(({ member }) => member)[Symbol.iterator]();
  }
}
