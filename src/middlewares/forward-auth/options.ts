import type { z } from 'zod';
import { flag, integer, list, structure, text } from '../../config/options.ts';
import { clientTls } from '../client-tls-options.ts';

export const options = structure({
  address: text(),
  tls: structure({ ...clientTls, caOptional: flag() }).optional(),
  /** Unset is not false: then X-Forwarded headers of the client are kept as Traefik has always done. */
  trustForwardHeader: flag({ alwaysShown: true }).optional(),
  authResponseHeaders: list(),
  authResponseHeadersRegex: text(),
  /** Empty: all. */
  authRequestHeaders: list(),
  addAuthCookiesToResponse: list(),
  headerField: text(),
  forwardBody: flag(),
  /** Negative: no limit. */
  maxBodySize: integer().default(-1),
  maxResponseBodySize: integer({ alwaysShown: true }).optional(),
  preserveLocationHeader: flag(),
  preserveRequestMethod: flag(),
  authSigninURL: text(),
});

export type Options = z.output<typeof options>;
