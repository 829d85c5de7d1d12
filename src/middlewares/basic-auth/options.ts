import type { z } from 'zod';
import { flag, list, structure, text } from '../../config/options.ts';

export const options = structure({
  /** `name:hash`, with bcrypt, MD5-crypt or SHA-1. */
  users: list({ secret: true }),
  usersFile: text(),
  /** Empty: `traefik`. */
  realm: text(),
  removeHeader: flag(),
  /** Tells the server who the user is. */
  headerField: text(),
});

export type Options = z.output<typeof options>;
