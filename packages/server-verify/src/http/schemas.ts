import { isTacitError, type ParsedFaceSample, type ParsedTypingSample, parseFaceSample, parseTypingSample } from '@tacit-auth/features';
import { z } from 'zod';
import { TacitServerError } from '../errors';
import { MAX_TYPED_LENGTH } from '../flows/enrolment-input';
import { MAX_FACE_TICKET_LENGTH } from '../flows/face-ticket';
import { MAX_IDENTIFIER_LENGTH } from '../login-names';
import { MAX_PASSWORD_LENGTH } from '../password-strength';
import { MAX_TYPED_TEXT_LENGTH } from '../text-challenge/text-challenge';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Well-formed Unicode: anything else could not be hashed or looked up. */
const text = (minimum: number, maximum: number) =>
  z
    .string()
    .min(minimum)
    .max(maximum)
    .refine((value) => !LONE_SURROGATE.test(value));

const token = z.string().min(1).max(4_096);
const password = text(1, MAX_PASSWORD_LENGTH);
const identifier = text(1, MAX_IDENTIFIER_LENGTH);
const code = text(1, 64);
const confirmation = z.string().max(128);
const recordId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
/** As operators name a record. */
const recordName = z.string().regex(/^[A-Za-z0-9_-]{1,128}\.[A-Za-z0-9_-]{1,128}$/);
const biometrics = z.enum(['granted', 'declined']);

/** Parsed by the wire type's own parser; its path goes on behind the body's. */
const sample = (mode: 'secret' | 'text') =>
  z.unknown().transform((value, ctx): ParsedTypingSample => {
    try {
      const parsed = parseTypingSample(value);
      if (parsed.mode === mode) {
        return parsed;
      }
      ctx.addIssue({ code: 'custom', path: ['mode'] });
    } catch (error) {
      if (!isTacitError(error)) {
        throw error;
      }
      ctx.addIssue({ code: 'custom', path: error.field === undefined ? [] : [error.field] });
    }
    return z.NEVER;
  });

const faceSample = z.unknown().transform((value, ctx): ParsedFaceSample => {
  try {
    return parseFaceSample(value);
  } catch (error) {
    if (!isTacitError(error)) {
      throw error;
    }
    ctx.addIssue({ code: 'custom', path: error.field === undefined ? [] : [error.field] });
    return z.NEVER;
  }
});

const secretSample = sample('secret');
const entries = z.array(secretSample).max(50);
const texts = z.array(z.strictObject({ id: z.string().max(32), typed: text(0, MAX_TYPED_LENGTH), typing: sample('text') })).max(10);

/** The body of every call; unknown fields are refused. */
export const BODIES = {
  empty: z.strictObject({}),
  login: z.strictObject({ challenge: token, identifier, password, typing: secretSample.nullable() }),
  stepUpStart: z.strictObject({
    purpose: z.enum(['login', 'transfer', 'settings', 'session']).optional(),
    binding: text(1, 128).optional(),
  }),
  code: z.strictObject({ challenge: token, code }),
  cardCollect: z.strictObject({ challenge: token, identifier, password, emailCode: code }),
  reauthenticate: z.strictObject({ challenge: token, password, typing: secretSample.nullable() }),
  registerStart: z.strictObject({
    consent: z.strictObject({ terms: text(1, 64), biometrics, face: biometrics.optional(), session: biometrics.optional() }),
  }),
  strength: z.strictObject({ password: text(0, MAX_PASSWORD_LENGTH), hints: z.array(text(0, MAX_IDENTIFIER_LENGTH)).max(16).optional() }),
  register: z.strictObject({
    registration: token,
    identifier,
    email: text(3, 254),
    profile: z.unknown(),
    password,
    entries,
    texts,
    face: z.string().max(MAX_FACE_TICKET_LENGTH).optional(),
  }),
  face: z.strictObject({ challenge: token, sample: faceSample }),
  faceStart: z.strictObject({ confirmation, consent: z.literal('granted').optional() }),
  registerConfirm: z.strictObject({ registration: token, emailCode: code, code }),
  password: z.strictObject({ challenge: token, current: password, password, entries, code }),
  resetStart: z.strictObject({ identifier }),
  resetCoordinates: z.strictObject({ reset: token, emailCode: code }),
  reset: z.strictObject({ challenge: token, password, entries, code }),
  endSession: z.strictObject({ session: recordId }),
  // One purpose at a time: a confirmation is of one deed.
  consent: z
    .strictObject({
      biometrics: biometrics.optional(),
      face: biometrics.optional(),
      session: biometrics.optional(),
      confirmation: confirmation.optional(),
    })
    .refine(({ confirmation: _confirmation, ...purposes }) => Object.values(purposes).filter((given) => given !== undefined).length === 1, {
      path: ['biometrics'],
    }),
  enrol: z.strictObject({ challenge: token, password, entries, texts: texts.optional(), code }),
  confirmed: z.strictObject({ confirmation }),
  dispute: z.strictObject({ confirmation, signIn: recordId }),
  continuousOpen: z.strictObject({ own: z.literal(true).optional() }),
  text: z.strictObject({ challenge: token, text: text(0, MAX_TYPED_TEXT_LENGTH), sample: sample('text') }),
  operated: z.strictObject({ id: recordName }),
} as const;

/** Read by the wire type's own parser, which bounds and checks every field. */
export const BATCH = z.unknown();

/** @throws TacitServerError `ERR_FIELD_INVALID` with the path of the first field that is wrong; never its value */
export function parseBody<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: false });
  if (result.success) {
    return result.data;
  }
  const field = pathOf(result.error.issues[0]?.path ?? []);
  throw new TacitServerError('ERR_FIELD_INVALID', field === '' ? {} : { field });
}

function pathOf(path: readonly PropertyKey[]): string {
  let out = '';
  for (const part of path) {
    out += typeof part === 'number' ? `[${part}]` : `${out === '' ? '' : '.'}${String(part)}`;
  }
  // Names in a path are those of the schema or of the sample parser; a bound all the same.
  return out.slice(0, 128);
}
