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
  run(input: z.output<Input>, surroundings: Surroundings): Output;
  /** Worth following: surfaces that can tell of changes do, by `watch`. */
  readonly isWatchable?: boolean;
}

export function defineOperation<Input extends z.ZodType, Output>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  return operation;
}

/** An operation that cannot be carried out because of what was asked. */
export class OperationError extends Error {
  readonly reason: 'not-found' | 'invalid' | 'not-ready';

  constructor(reason: OperationError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}
