import type { z } from 'zod';
import type { Surroundings } from './surroundings.ts';

/**
 * Something one may ask of a running node. Every surface (HTTP, command line, …) is a thin skin over the same
 * operations: what it can do, what it takes and what it says stands here once.
 */
export interface Operation<Input extends z.ZodType = z.ZodType, Output = unknown> {
  /** Kebab-case, a verb first: `list-routers`. */
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  /** Checks and completes what was asked; texts as they come from a query are enough. */
  readonly input: Input;
  run(input: z.output<Input>, surroundings: Surroundings): Output | Promise<Output>;
  /** Only for those who run this node: surfaces ask for a proof, whatever else they let through. */
  readonly isPrivileged?: boolean;
  /** Worth following: surfaces that can tell of changes do, by `watch`. */
  readonly isWatchable?: boolean;
}

export function defineOperation<Input extends z.ZodType, Output>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  return operation;
}

/** An operation that cannot be carried out because of what was asked, or of how things are. */
export class OperationError extends Error {
  readonly reason: 'not-found' | 'invalid' | 'not-ready' | 'refused';
  /** Keeps its meaning for good; for programs. */
  readonly code: string | undefined;
  readonly remedy: string | undefined;

  constructor(
    reason: OperationError['reason'],
    message: string,
    { code, remedy }: { code?: string; remedy?: string } = {},
  ) {
    super(message);
    this.reason = reason;
    this.code = code;
    this.remedy = remedy;
  }
}
