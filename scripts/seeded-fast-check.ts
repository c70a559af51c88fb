// What `fast-check` is in tests: the library, with a seed that is the same in every run unless TACIT_SEED names another. A test that fails now and then,
// on draws that nobody can have again, tells nothing; draws of other seeds are made by whoever looks for counter-examples.
// By its path, because vitest.config.ts leads the bare name to this file.
import fc from '../node_modules/fast-check/lib/fast-check.js';

const seed = Number(process.env.TACIT_SEED ?? '1');
if (!Number.isInteger(seed)) throw new RangeError('TACIT_SEED must be an integer');
fc.configureGlobal({ seed });

export default fc;
