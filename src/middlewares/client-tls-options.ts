/** TLS towards a server that a middleware itself asks. Files, or PEM text. */
import { flag, text } from '../config/options.ts';

export const clientTls = {
  ca: text(),
  cert: text(),
  key: text({ secret: true }),
  insecureSkipVerify: flag(),
};
