import type { TrustPartState, TrustState } from '@tacit-auth/models';
import { z } from 'zod';
import type { Beginning } from './beginnings';
import type { Lesson } from './lesson';
import { packCoarse, packScaled, unpackCoarse, unpackScaled } from './packed-numbers';

const HEX_DIGEST = /^[0-9a-f]{64}$/;
/** Letters of one in base64url. */
const PACKED_ID = 43;

/** What is told of a lesson before its numbers: projection, windows, amount, scale, and how many bytes those are. */
export const lessonHeader = z.object({ p: z.string(), w: z.int().min(1), a: z.int().min(1), s: z.number().positive(), b: z.int().min(0) });
export const beginningHeader = lessonHeader.omit({ p: true });

/** Without names, which take more room than the numbers. */
export function fieldsOf({ schema, at, freeText, pointer, context, idle }: TrustState): unknown[] {
  const part = ({ amount, doubt, own, usual, seen, template }: TrustPartState) => [amount, doubt, own, usual, seen, template];
  return [schema, at, part(freeText), part(pointer), context, idle];
}

export function trustOf([schema, at, freeText, pointer, context, idle]: readonly unknown[]): unknown {
  const part = (fields: unknown) => {
    const [amount, doubt, own, usual, seen, template] = Array.isArray(fields) ? (fields as readonly unknown[]) : [];
    return { amount, doubt, own, usual, seen, template };
  };
  return { schema, at, freeText: part(freeText), pointer: part(pointer), context, idle };
}

const short = (scale: number): number => Number(scale.toPrecision(7));

/** A digest in fewer letters. */
function packedId(id: string): string {
  return HEX_DIGEST.test(id) ? Buffer.from(id, 'hex').toString('base64url') : id;
}

function unpackedId(id: string): string {
  return id.length === PACKED_ID ? Buffer.from(id, 'base64url').toString('hex') : id;
}

export function packLesson(lesson: Lesson | null): { header: z.input<typeof lessonHeader> | null; bytes: Uint8Array } {
  if (lesson === null) {
    return { header: null, bytes: new Uint8Array(0) };
  }
  const { scale, bytes } = packScaled(lesson.mean);
  return { header: { p: packedId(lesson.projectionId), w: lesson.windows, a: lesson.amount, s: short(scale), b: bytes.length }, bytes };
}

export function packBeginning(beginning: Beginning | null): { header: z.input<typeof beginningHeader> | null; bytes: Uint8Array } {
  if (beginning === null) {
    return { header: null, bytes: new Uint8Array(0) };
  }
  const { scale, bytes } = packCoarse(beginning.mean);
  return { header: { w: beginning.windows, a: beginning.amount, s: short(scale), b: bytes.length }, bytes };
}

export function unpackLesson({ p, w, a, s }: z.output<typeof lessonHeader>, bytes: Uint8Array): Lesson {
  return { projectionId: unpackedId(p), windows: w, amount: a, mean: unpackScaled(bytes, s) };
}

export function unpackBeginning({ w, a, s }: z.output<typeof beginningHeader>, bytes: Uint8Array): Beginning {
  return { windows: w, amount: a, mean: unpackCoarse(bytes, s) };
}
