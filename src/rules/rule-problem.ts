/** What is wrong with a rule, where, and what to write instead. */
export interface RuleProblem {
  readonly text: string;
  readonly remedy?: string;
  /** 1-based, like the column. */
  readonly line: number;
  readonly column: number;
}

/** Thrown while a rule is read; turned into a `RuleProblem` before it leaves this room. */
export class RuleMistake extends Error {
  readonly remedy: string | undefined;
  /** Where in the text; undefined until known. */
  offset: number | undefined;

  constructor(text: string, place: { remedy?: string | undefined; offset?: number } = {}) {
    super(text);
    this.remedy = place.remedy;
    this.offset = place.offset;
  }
}

export function problemAt(source: string, offset: number, mistake: Pick<RuleMistake, 'message' | 'remedy'>) {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const problem: RuleProblem = {
    text: mistake.message,
    line: before.split('\n').length,
    column: offset - lineStart + 1,
  };
  return mistake.remedy === undefined ? problem : { ...problem, remedy: mistake.remedy };
}

/** The result of `read`, or the problem of the `RuleMistake` it threw. */
export function withProblem<T>(source: string, read: () => T): T | { problem: RuleProblem } {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RuleMistake)) throw error;
    return { problem: problemAt(source, error.offset ?? 0, error) };
  }
}
