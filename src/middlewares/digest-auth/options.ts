import type { z } from 'zod';
import { flag, list, structure, text } from '../../config/options.ts';

export const options = structure({
  /** `name:realm:HA1`. */
  users: list({ secret: true }),
  usersFile: text(),
  /** Empty: `traefik`. */
  realm: text(),
  removeHeader: flag(),
  headerField: text(),
});

export type Options = z.output<typeof options>;
