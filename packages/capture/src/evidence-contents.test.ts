import { EVIDENCE_LIMITS, type PointerSample, parseEvidenceBatch, type TypingSample } from '@tacit-auth/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentsText, packEvidence } from './evidence-contents';
import { STREAM, windowOf } from './evidence-samples.test-support';

function pointerOf(events: number): PointerSample {
  return {
    ...{ version: 1, device: 'mouse', pixelRatio: 1_000, viewport: [1_280, 720], flags: {}, clockStep: 1 },
    events: Array.from({ length: events }, (_, i) => [0, i * 160, 12_345, 6_789]),
  };
}

function typingOf(keys: number): TypingSample {
  return { ...windowOf(1), keys: Array.from({ length: keys }, (_, i) => ['11', i * 1_000, i * 1_000 + 800]) };
}

const text = (samples: (TypingSample | PointerSample)[]) => packEvidence(samples).contents.map(contentsText);

describe('packEvidence', () => {
  it('makes nothing of nothing, and one batch of what fits into one, in order', () => {
    expect(packEvidence([])).toEqual({ contents: [], leftOut: 0 });
    const samples = [windowOf(1), pointerOf(3), windowOf(2)];
    expect(packEvidence(samples)).toEqual({
      contents: [{ typing: [windowOf(1), windowOf(2)], pointer: [pointerOf(3)] }],
      leftOut: 0,
    });
  });

  it.each([
    ['samples of typing', Array.from({ length: 17 }, (_, i) => windowOf(i)), 2],
    ['samples of the pointer', Array.from({ length: 9 }, () => pointerOf(2)), 2],
    ['bytes', [pointerOf(4_000), pointerOf(4_000)], 2],
    ['rows', Array.from({ length: 8 }, () => ({ ...pointerOf(0), events: Array(1_600).fill([0, 0, 0, 0]) })), 2],
  ])('begins another batch where there are too many %s', (_, samples, batches) => {
    expect(packEvidence(samples).contents).toHaveLength(batches);
    expect(text(samples)).toHaveLength(batches);
  });

  it('leaves out what no batch can hold, and counts it', () => {
    const { contents, leftOut } = packEvidence([windowOf(1), pointerOf(19_000), windowOf(2)]);
    expect([contents.length, contents[0]!.typing.length, leftOut]).toEqual([1, 2, 1]);
  });

  it('loses nothing else, and makes only what the server reads', () => {
    const sample = fc.oneof(fc.integer({ min: 0, max: 500 }).map(typingOf), fc.integer({ min: 0, max: 4_096 }).map(pointerOf));
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 40 }), (samples) => {
        const { contents, leftOut } = packEvidence(samples);
        expect(leftOut).toBe(0);
        expect(contents.flatMap(({ typing }) => typing)).toEqual(samples.filter((one) => 'keys' in one));
        expect(contents.flatMap(({ pointer }) => pointer)).toEqual(samples.filter((one) => 'events' in one));
        const { maxSeq } = EVIDENCE_LIMITS;
        for (const each of contents) {
          contentsText(each);
          parseEvidenceBatch(JSON.stringify({ version: 1, stream: STREAM, seq: maxSeq, floor: maxSeq - 1, ...each }));
        }
      }),
      { numRuns: process.env.TACIT_SOAK === '1' ? 500 : 15 },
    );
  });
});
