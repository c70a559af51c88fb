import type { TypingRecording } from '@tacit-auth/capture';

/** What a recording gives: plain JSON, which the server alone interprets. */
export type TypingSample = ReturnType<TypingRecording['finish']>;
