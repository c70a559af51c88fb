import { expectTypeOf, it } from 'vitest';
import {
  type CaptureError,
  type CoarseState,
  type EvidenceBatch,
  type EvidenceOutcome,
  type EvidenceQueue,
  type EvidenceStream,
  type EvidenceTransport,
  evidenceQueue,
  evidenceTransport,
  streamEvidence,
} from './transport';

declare const input: HTMLInputElement;

it('needs an address and somewhere to tell the state', () => {
  expectTypeOf(streamEvidence({ url: '/auth/continuous', onState() {} })).toEqualTypeOf<EvidenceStream>();
  streamEvidence({
    url: '/x',
    fields: [input],
    pointer: false,
    ignore: '.pin',
    onState: (state) => state === 'confirm',
    onRenew: async () => true,
  });
  // @ts-expect-error onState is required
  streamEvidence({ url: '/x' });
  // @ts-expect-error a pointer is recorded somewhere, or nowhere
  streamEvidence({ url: '/x', onState() {}, pointer: true });
});

it('tells a coarse state, and errors that have codes', () => {
  expectTypeOf<EvidenceStream['state']>().toEqualTypeOf<CoarseState>();
  streamEvidence({
    url: '/x',
    onState: (state) => expectTypeOf(state).toEqualTypeOf<CoarseState>(),
    onError: (error) => expectTypeOf(error).toEqualTypeOf<CaptureError>(),
  });
  expectTypeOf<EvidenceStream['stop']>().parameters.toEqualTypeOf<[options?: { erase?: boolean }]>();
});

it('has two halves that fit', () => {
  expectTypeOf(evidenceQueue({ stream: '', key: '', next: 1 })).toEqualTypeOf<EvidenceQueue>();
  expectTypeOf(evidenceTransport({ url: '/x' })).toEqualTypeOf<EvidenceTransport>();
  expectTypeOf<EvidenceQueue['head']>().returns.resolves.toEqualTypeOf<EvidenceBatch | undefined>();
  expectTypeOf<EvidenceTransport['send']>().parameters.toEqualTypeOf<[batch: EvidenceBatch]>();
  expectTypeOf<Extract<EvidenceOutcome, { status: 'over' }>['state']>().toEqualTypeOf<'locked' | 'ended' | 'off'>();
});
