import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedText, parseJson } from './bounded-json';

function inPieces(text: string, size: number): Response {
  const bytes = new TextEncoder().encode(text);
  return new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < bytes.length; i += size) {
          controller.enqueue(bytes.slice(i, i + size));
        }
        controller.close();
      },
    }),
  );
}

describe('boundedText', () => {
  it('puts text together again, wherever it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (text, size) => {
        expect(await boundedText(inPieces(text, size), 4_000)).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it('counts bytes, not characters', async () => {
    expect(await boundedText(inPieces('éé', 3), 4)).toBe('éé');
    await expect(boundedText(inPieces('ééa', 3), 4)).rejects.toMatchObject({ code: 'ERR_TRANSPORT_SIZE' });
  });
});

describe('parseJson', () => {
  it('tells nothing from what is no JSON', () => {
    expect([parseJson(''), parseJson(' \n'), parseJson('null'), parseJson('{'), parseJson('[1]')]).toEqual([
      null,
      null,
      null,
      undefined,
      [1],
    ]);
  });
});
