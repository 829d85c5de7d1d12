/** Who may log in, and what the server hears of them. */
import { flag, list, text } from '../config/options.ts';

export const userOptions = {
  /** As in the lines of `usersFile`. */
  users: list({ secret: true }),
  usersFile: text(),
  /** Empty: `traefik`. */
  realm: text(),
  removeHeader: flag(),
  /** Tells the server who the user is. */
  headerField: text(),
};
