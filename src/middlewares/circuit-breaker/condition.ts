import { parsePredicate, type Vocabulary } from '../predicate.ts';

/** A response as far as a breaker is concerned. */
export interface Outcome {
  readonly status: number;
  readonly latencyMs: number;
}

/** How often each counter has counted lately. */
export type Counted = (counter: number) => number;

/** Which counter an outcome belongs to; undefined: none. */
type Choose = (outcome: Outcome) => number | undefined;

/** What is counted, and what is made of it. The same expression gives the same counters in the same order. */
export interface Condition {
  /** How many counters there are. */
  readonly counters: number;
  readonly choices: readonly Choose[];
  isMet(counted: Counted): boolean;
}

/** Latencies are kept in steps of a tenth, from one millisecond to an hour. */
const STEP = Math.log(1.1);
const STEPS = 160;

/** Throws an `Error` that says where the expression goes wrong. */
export function parseCondition(expression: string): Condition {
  const counters = new Counters();
  const isMet = parsePredicate(expression, vocabularyOf(counters));
  return { counters: counters.size, choices: counters.choices, isMet };
}

class Counters {
  readonly choices: Choose[] = [];
  size = 0;

  /** Makes so many counters; `choose` says which of them counts, from 0. Returns the first. */
  add(size: number, choose: Choose): number {
    const first = this.size;
    this.size += size;
    this.choices.push((outcome) => {
      const chosen = choose(outcome);
      return chosen === undefined ? undefined : first + chosen;
    });
    return first;
  }

  addIf(counts: (outcome: Outcome) => boolean): number {
    return this.add(1, (outcome) => (counts(outcome) ? 0 : undefined));
  }
}

function vocabularyOf(counters: Counters): Vocabulary<Counted> {
  const all = counters.addIf(() => true);
  const withStatus = (from: number, to: number) =>
    counters.addIf(({ status }) => status >= from && status < to);
  return {
    RequestThreshold: { takes: 0, apply: () => (counted) => counted(all) },
    NetworkErrorRatio: {
      takes: 0,
      apply() {
        const errors = counters.addIf(({ status }) => status === 502 || status === 504);
        return (counted) => ratio(counted(errors), counted(all));
      },
    },
    ResponseCodeRatio: {
      takes: 4,
      apply(from, to, dividedByFrom, dividedByTo) {
        const some = withStatus(from!, to!);
        const base = withStatus(dividedByFrom!, dividedByTo!);
        return (counted) => ratio(counted(some), counted(base));
      },
    },
    LatencyAtQuantileMS: {
      takes: 1,
      apply(quantile) {
        const first = counters.add(STEPS, ({ latencyMs }) => stepOf(latencyMs));
        const steps = Array.from({ length: STEPS }, (_, step) => first + step);
        return (counted) => latencyAt(quantile! / 100, steps.map(counted));
      },
    },
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function stepOf(latencyMs: number): number {
  return Math.min(STEPS - 1, Math.round(Math.log(Math.max(1, latencyMs)) / STEP));
}

/** The latency that so large a part of the requests did not exceed. */
function latencyAt(part: number, counts: readonly number[]): number {
  const wanted = part * counts.reduce((sum, count) => sum + count, 0);
  let passed = 0;
  const step = counts.findIndex((count) => count > 0 && (passed += count) >= wanted);
  return step === -1 ? 0 : Math.exp(step * STEP);
}
