// Lets a script that runs several commands add up what they counted: it names a file in FAIRLEAD_TALLY.
import { appendFileSync } from 'node:fs';

export function tally({ passed, failed, skipped = 0 }) {
  const file = process.env.FAIRLEAD_TALLY;
  if (file) appendFileSync(file, `${passed} ${failed} ${skipped}\n`);
}
