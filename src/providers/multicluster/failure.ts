/** Why a child could not be asked, in words for the person who can change it. */
export interface Failure {
  /** As in `Problem.code`. */
  readonly code: FailureCode;
  readonly text: string;
  readonly remedy: string;
}

export type FailureCode =
  | 'child-address'
  | 'child-credentials'
  | 'child-unreachable'
  | 'child-certificate'
  | 'child-refused-us'
  | 'child-status'
  | 'child-answer';

/** Carries a failure through code that throws. */
export class ChildFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.text);
    this.failure = failure;
  }
}
