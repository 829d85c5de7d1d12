import { z } from 'zod';
import { defineOperation, OperationError } from './operation.ts';

export const listEntryPoints = defineOperation({
  name: 'list-entry-points',
  summary: 'All entry points with their options.',
  input: z.object({}),
  run: (_, { entryPoints }) =>
    Object.keys(entryPoints)
      .toSorted()
      .map((name) => ({ ...entryPoints[name], name })),
});

export const getEntryPoint = defineOperation({
  name: 'get-entry-point',
  summary: 'One entry point with its options.',
  input: z.object({ name: z.string() }),
  run: ({ name }, { entryPoints }) => {
    if (!Object.hasOwn(entryPoints, name))
      throw new OperationError('not-found', `entry point not found: ${name}`);
    return { ...entryPoints[name], name };
  },
});
