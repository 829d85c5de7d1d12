import type { z } from 'zod';
import { integer, list, map, structure, text } from '../../config/options.ts';

export const options = structure({
  /** Statuses and ranges: `404`, `500-599`. */
  status: list(),
  /** From a status or range to the status the client gets. */
  statusRewrites: map(integer()),
  service: text(),
  /** Path and query of the page; `{status}`, `{originalStatus}` and `{url}` are filled in. */
  query: text(),
  /** Empty: all. */
  errorRequestHeaders: list(),
});

export type Options = z.output<typeof options>;
