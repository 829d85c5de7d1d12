/**
 * Properties, tried with the same values in each run, so that no check of something else fails by chance.
 * `FAIRLEAD_FUZZ_SEED` gives others.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.FAIRLEAD_FUZZ_SEED ?? 1) });

export default fc;
