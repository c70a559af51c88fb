import type { FaceEngine } from '../engine/face-engine';

export type { FaceFrame } from '../engine/face-engine';

/** What a session needs of the engine. */
export type FaceReader = Pick<FaceEngine, 'analyse' | 'describe'>;
