import type { z } from 'zod';
import { integer, list, structure, text } from '../../config/options.ts';

export const options = structure(
  {
    encodings: list().default(['gzip', 'br', 'zstd']),
    /** Used when the client does not say what it accepts. */
    defaultEncoding: text(),
    /** 0: 1024. */
    minResponseBodyBytes: integer(),
    excludedContentTypes: list(),
    includedContentTypes: list(),
  },
  { allowEmpty: true },
);

export type Options = z.output<typeof options>;
