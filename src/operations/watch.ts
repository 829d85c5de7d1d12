import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Operation } from './operation.ts';
import type { Surroundings } from './surroundings.ts';

export interface Watched<Input> {
  readonly input: Input;
  readonly surroundings: Surroundings;
  readonly signal: AbortSignal;
}

/**
 * What an operation says now, and again whenever a change makes it say something else. There is no queue: a reader
 * who takes his time gets the newest next. Ends when the signal aborts.
 */
export async function* watch<Input extends z.ZodType, Output>(
  operation: Operation<Input, Output>,
  { input, surroundings, signal }: Watched<z.output<Input>>,
): AsyncGenerator<Output, void> {
  let change = Promise.withResolvers<void>();
  const wake = () => change.resolve();
  const forget = surroundings.onChange(wake);
  signal.addEventListener('abort', wake);
  try {
    let told: Output | undefined;
    while (!signal.aborted) {
      change = Promise.withResolvers();
      const output = await operation.run(input, surroundings);
      if (!isDeepStrictEqual(output, told)) {
        told = output;
        yield output;
      }
      await change.promise;
    }
  } finally {
    forget();
    signal.removeEventListener('abort', wake);
  }
}
