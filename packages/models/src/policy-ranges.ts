/** Of each number of a policy, what it may be. */
export type PolicyRanges<Policy> = { readonly [Name in keyof Policy]: readonly [least: number, most: number, integer: boolean] };

/** @throws TypeError for what is no number; RangeError for a number out of range; the message names it. */
export function assertPolicy<Policy extends object>(policy: Policy, ranges: PolicyRanges<Policy>): Policy {
  for (const name of Object.keys(ranges) as (keyof Policy & string)[]) {
    const [least, most, integer] = ranges[name];
    const value: unknown = policy[name];
    if (typeof value !== 'number') {
      throw new TypeError(`policy.${name} must be a number`);
    }
    if (!(value >= least && value <= most) || (integer && !Number.isInteger(value))) {
      throw new RangeError(`policy.${name} must be ${integer ? 'an integer' : 'a number'} from ${least} to ${most}`);
    }
  }
  return policy;
}
