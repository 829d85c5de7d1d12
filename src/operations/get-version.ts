import { z } from 'zod';
import { defineOperation } from './operation.ts';

export const getVersion = defineOperation({
  name: 'get-version',
  summary: 'The version of the program and when it was started.',
  input: z.object({}),
  run: (_, { version, startedAt }) => ({
    Version: version,
    Codename: 'fairlead',
    startDate: startedAt.toISOString(),
  }),
});
