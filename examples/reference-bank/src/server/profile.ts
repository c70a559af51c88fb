import { z } from 'zod';

const profileSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(2, 'Give your name.')
    .max(100, 'The name is over 100 characters.')
    .regex(/^[\p{L}\p{M}'’. -]+$/u, 'A name has letters, spaces, hyphens and apostrophes.'),
});

export type Profile = z.infer<typeof profileSchema>;

/** What this bank asks of a customer beside e-mail and password. Tacit seals it; the first wrong field is named. */
export function parseProfile(value: unknown): Profile {
  return profileSchema.parse(value);
}
