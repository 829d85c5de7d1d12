/**
 * How many texts are tried: `FAIRLEAD_FUZZ_CASES`, all kinds together. They are the same each time, so that no check of
 * something else fails by chance; `FAIRLEAD_FUZZ_SEED` gives others. A text is the same whatever the number of texts.
 */
import { type Random, randomFrom } from './random.ts';

const cases = Number(process.env.FAIRLEAD_FUZZ_CASES ?? 10_000);
const seedsMax = 1_000_000;
export const seed = Number(process.env.FAIRLEAD_FUZZ_SEED ?? 1);

export function shareOf(part: number): number {
  return Math.ceil(cases * part);
}

/** Runs `check` so often, some of them side by side. */
export async function runCases(
  count: number,
  check: (random: Random) => Promise<void>,
  { atOnce = 250 } = {},
): Promise<void> {
  for (let from = 0; from < count; from += atOnce) {
    const size = Math.min(atOnce, count - from);
    await Promise.all(Array.from({ length: size }, (_, index) => checkOne(from + index, check)));
  }
}

async function checkOne(number: number, check: (random: Random) => Promise<void>): Promise<void> {
  try {
    await check(randomFrom(seed * seedsMax + number));
  } catch (cause) {
    throw new Error(`case ${number} of seed ${seed}`, { cause });
  }
}
