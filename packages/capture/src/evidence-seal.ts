import type { EvidenceOpening } from '@tacit-auth/features';

/** A text as it is kept: AES-256-GCM, with a nonce of its own. */
export interface SealedText {
  nonce: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

/** Seals the texts of one stream. Each is bound to the stream and to its number, so none can be put in another's place. */
export interface EvidenceSeal {
  seal(seq: number, text: string): Promise<SealedText>;
  /** @throws DOMException where it was sealed otherwise, or changed. */
  open(seq: number, sealed: SealedText): Promise<string>;
}

export interface EvidenceSealOptions extends Pick<EvidenceOpening, 'stream' | 'queueKey'> {
  subtle: SubtleCrypto;
  random: (length: number) => Uint8Array;
}

const NONCE_BYTES = 12;
const USES: readonly KeyUsage[] = ['encrypt', 'decrypt'];

/** The key goes into the platform's keeping at once, from where no script gets it back. */
export async function evidenceSeal({ stream, queueKey, subtle, random }: EvidenceSealOptions): Promise<EvidenceSeal> {
  const key = await subtle.importKey('raw', bytesOfBase64url(queueKey), 'AES-GCM', false, USES);
  const algorithm = (seq: number, iv: Uint8Array<ArrayBuffer>): AesGcmParams => ({
    name: 'AES-GCM',
    iv,
    additionalData: new TextEncoder().encode(`tacit-evidence/1\n${stream}\n${seq}`),
  });
  return {
    async seal(seq, text) {
      // A copy: what `random` returned stays its own.
      const nonce = new Uint8Array(random(NONCE_BYTES));
      if (nonce.length !== NONCE_BYTES) {
        throw new RangeError(`random must return ${NONCE_BYTES} bytes when asked for as many`);
      }
      return { nonce, sealed: await subtle.encrypt(algorithm(seq, nonce), key, new TextEncoder().encode(text)) };
    },
    async open(seq, { nonce, sealed }) {
      return new TextDecoder().decode(await subtle.decrypt(algorithm(seq, nonce), key, sealed));
    },
  };
}

function bytesOfBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0));
}
