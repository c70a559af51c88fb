import { recordTyping, type TypingRecording } from '@tacit-auth/capture';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import type { TypingSample } from './typing-sample';

export interface Typing {
  /** The sample of what was typed since the field was last empty, or null where nothing listens. A new one begins at once. */
  finish: () => Promise<TypingSample | null>;
  reset: () => void;
}

/** Records how a password field is typed while `isOn`; otherwise no listener exists at all. */
export function useTyping(input: RefObject<HTMLInputElement | null>, options: { field: string; isOn: boolean }): Typing {
  const { field, isOn } = options;
  const recording = useRef<TypingRecording | null>(null);

  useEffect(() => {
    if (!isOn || !input.current) {
      return;
    }
    const current = recordTyping(input.current, { mode: 'secret', field });
    current.start();
    recording.current = current;
    return () => {
      recording.current = null;
      current.destroy();
    };
  }, [input, field, isOn]);

  return useMemo(
    () => ({
      async finish() {
        const current = recording.current;
        if (current === null) {
          return null;
        }
        const sample = await current.finishWhenReleased();
        current.start();
        return sample;
      },
      reset: () => recording.current?.reset(),
    }),
    [],
  );
}
