import { z } from 'zod';
import type { Context } from '../context';
import { TacitServerError } from '../errors';
import type { CapturedFace } from '../face-enrolment';
import { faceProfileOf, faceProfileText } from '../face-template';

/** Characters of a ticket: several times what one takes. */
export const MAX_FACE_TICKET_LENGTH = 32_768;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

const shape = z.object({ pipeline: z.string(), profile: z.string(), digests: z.array(z.string()) });

/** A face that waits for the rest of its registration. */
export interface FaceTicket {
  face: CapturedFace;
  /** Of the descriptors of the look: see `descriptorDigests`. */
  digests: readonly string[];
}

const contextOf = (registration: string) => ({ subject: registration, purpose: 'face-ticket' });

/**
 * Seals a captured face for the browser to keep until the registration is submitted, so that the server stores nothing before. Only the server can
 * open it, and only for that registration.
 *
 * @param registration the id of the registration's challenge
 */
export function sealFaceTicket(ctx: Context, registration: string, { face, digests }: FaceTicket): string {
  const value = { pipeline: face.pipeline, profile: faceProfileText(face.profile), digests };
  const plaintext = new TextEncoder().encode(JSON.stringify(value));
  const sealed = ctx.sealer.seal({ key: ctx.rootKey(), context: contextOf(registration), plaintext });
  return Buffer.from(sealed).toString('base64url');
}

/** @throws TacitServerError `ERR_ENROLMENT_FACE` for anything but a ticket that this server sealed for this registration */
export function openFaceTicket(ctx: Context, registration: string, ticket: unknown): FaceTicket {
  const key = ctx.rootKey();
  if (typeof ticket === 'string' && ticket.length <= MAX_FACE_TICKET_LENGTH && BASE64URL.test(ticket)) {
    try {
      const sealed = new Uint8Array(Buffer.from(ticket, 'base64url'));
      const opened = ctx.sealer.open({ key, context: contextOf(registration), sealed });
      const { pipeline, profile, digests } = shape.parse(JSON.parse(new TextDecoder().decode(opened)));
      return { face: { pipeline, profile: faceProfileOf(profile) }, digests };
    } catch {
      // One answer for every way in which a ticket can be wrong.
    }
  }
  throw new TacitServerError('ERR_ENROLMENT_FACE', {
    field: 'face',
    message: 'The face is not of this registration: look into the camera again.',
  });
}
