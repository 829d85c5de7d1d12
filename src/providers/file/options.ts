/** Static options `providers.file.*`. */
import { flag, structure, text } from '../../config/options.ts';

export const fileProviderOptions = structure({
  /** A folder is read with all folders below it. */
  directory: text(),
  filename: text(),
  watch: flag().default(true),
  /** Accepted as Traefik has it; there are no templates here to log. */
  debugLogGeneratedTemplate: flag(),
});
