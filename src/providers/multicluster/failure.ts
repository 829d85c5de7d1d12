import type { ProblemCode } from '../../model/problem-codes.ts';

/** Why a child could not be asked, in words for the person who can change it. */
export interface Failure {
  readonly code: FailureCode;
  readonly text: string;
  readonly remedy: string;
}

export type FailureCode = Extract<
  ProblemCode,
  | 'child-address-wrong'
  | 'child-credentials-unusable'
  | 'child-unreachable'
  | 'child-certificate-refused'
  | 'child-refused-us'
  | 'child-status-wrong'
  | 'child-answer-wrong'
>;

/** Whether requests are likely to fail as the question did; a child that answers nonsense may serve all the same. */
export const makesSuspect = ({ code }: Failure): boolean =>
  code === 'child-unreachable' || code === 'child-refused-us' || code === 'child-certificate-refused';

/** Carries a failure through code that throws. */
export class ChildFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.text);
    this.failure = failure;
  }
}
