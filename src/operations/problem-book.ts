import type { Problem } from '../model/problem.ts';

export interface KnownProblem extends Problem {
  /** When it was first seen, RFC 3339. */
  readonly since: string;
}

/**
 * All problems of a node in one place, by who reports them. A reporter always says all it knows: what it no
 * longer names is mended.
 */
export class ProblemBook {
  readonly #byReporter = new Map<string, ReadonlyMap<string, KnownProblem>>();
  readonly #now: () => Date;
  readonly #onAppearance: (problem: Problem) => void;

  /** `onAppearance` hears of each problem once, however often it is reported. */
  constructor(options: { now(): Date; onAppearance(problem: Problem): void }) {
    this.#now = options.now;
    this.#onAppearance = options.onAppearance;
  }

  report(reporter: string, problems: readonly Problem[]): void {
    const before = this.#byReporter.get(reporter);
    const after = new Map<string, KnownProblem>();
    for (const problem of problems) {
      const key = JSON.stringify([problem.code, problem.source, problem.text]);
      const known = before?.get(key) ?? after.get(key);
      if (!known) this.#onAppearance(problem);
      after.set(key, known ?? { ...problem, since: this.#now().toISOString() });
    }
    this.#byReporter.set(reporter, after);
  }

  /** Errors first, then by age. */
  list(): KnownProblem[] {
    const all = [...this.#byReporter.values()].flatMap((problems) => [...problems.values()]);
    const rank = ({ severity }: Problem) => (severity === 'error' ? 0 : 1);
    return all.sort((a, b) => rank(a) - rank(b) || a.since.localeCompare(b.since));
  }
}
