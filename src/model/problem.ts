import type { ProblemCode } from './problem-codes.ts';

/**
 * A mistake somebody can mend: a label, an option, a file, a certificate, an answer of a child.
 *
 * A bad configuration is data, not an exception: decoding returns what is sound and a list of problems.
 */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  readonly source: ProblemSource;
  /** What is wrong, with the offending value; one sentence. */
  readonly text: string;
  /** What to write instead; one sentence. */
  readonly remedy?: string;
}

/** Where a problem lies. Only what is known is set. */
export interface ProblemSource {
  /** Provider name as in qualified names: `docker`, `file`, `multicluster`; absent for static options. */
  readonly provider?: string;
  /** Container name without the leading slash. */
  readonly container?: string;
  /** The label as it was written. */
  readonly label?: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** The command-line flag as it was written. */
  readonly flag?: string;
  /** The environment variable as it was written. */
  readonly variable?: string;
  /** Name of a child in `hub.providers.multicluster.children`. */
  readonly child?: string;
  /** Qualified name of the router, service or middleware concerned, with its kind: `router web@docker`. */
  readonly element?: string;
}
