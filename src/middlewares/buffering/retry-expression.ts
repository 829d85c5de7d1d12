import { parsePredicate, type Vocabulary } from '../predicate.ts';

/** One try of a request. */
export interface Attempt {
  readonly method: string;
  readonly status: number;
  /** Tries so far, this one included. */
  readonly count: number;
}

const vocabulary: Vocabulary<Attempt> = {
  Attempts: { takes: 0, apply: () => (attempt) => attempt.count },
  ResponseCode: { takes: 0, apply: () => (attempt) => attempt.status },
  IsNetworkError: {
    takes: 0,
    apply:
      () =>
      ({ status }) =>
        status === 502 || status === 504,
  },
  RequestMethod: { takes: 0, apply: () => (attempt) => attempt.method },
};

/** Whether an attempt calls for another. */
export function retryExpression(text: string): (attempt: Attempt) => boolean {
  return text === '' ? () => false : parsePredicate(text, vocabulary);
}
