import { z } from 'zod';
import { defineOperation } from './operation.ts';

export const listProblems = defineOperation({
  name: 'list-problems',
  summary:
    'Everything that is wrong with labels, files, options, certificates and children, and what to do about it.',
  input: z.object({}),
  run: (_, { problems }) => problems.list(),
});
