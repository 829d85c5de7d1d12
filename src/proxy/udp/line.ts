/** Stands in one line at a time. The fields belong to the line. */
export interface InLine {
  line: Line | undefined;
  before: InLine | undefined;
  behind: InLine | undefined;
}

/** First come, first gone; leaving from anywhere costs the same. Not a set: see `Crowd`. */
export class Line {
  #first: InLine | undefined;
  #last: InLine | undefined;

  get first(): InLine | undefined {
    return this.#first;
  }

  /** At the end, wherever it stood before. */
  join(member: InLine): void {
    member.line?.leave(member);
    member.line = this;
    member.before = this.#last;
    if (this.#last) this.#last.behind = member;
    else this.#first = member;
    this.#last = member;
  }

  leave(member: InLine): void {
    const { before, behind } = member;
    if (before) before.behind = behind;
    else this.#first = behind;
    if (behind) behind.before = before;
    else this.#last = before;
    member.line = undefined;
    member.before = undefined;
    member.behind = undefined;
  }
}
