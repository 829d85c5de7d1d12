import type { z } from 'zod';
import { flag, structure } from '../../config/options.ts';

/** What is not allowed in so many words is refused. */
export const options = structure({
  allowEncodedSlash: flag(),
  allowEncodedBackSlash: flag(),
  allowEncodedNullCharacter: flag(),
  allowEncodedSemicolon: flag(),
  allowEncodedPercent: flag(),
  allowEncodedQuestionMark: flag(),
  allowEncodedHash: flag(),
});

export type Options = z.output<typeof options>;
