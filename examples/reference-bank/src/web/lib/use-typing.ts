import { recordTyping, type TypingRecording, type TypingSample } from '@tacit-auth/capture';
import { type RefObject, useEffect, useMemo, useRef } from 'react';

export interface Typing {
  /** The sample of what was typed since the field was last empty, or null where nothing listens. */
  finish: () => TypingSample | null;
  reset: () => void;
}

/** Records how one field is typed while `isOn`; otherwise no listener exists at all. */
export function useTyping(
  input: RefObject<HTMLInputElement | HTMLTextAreaElement | null>,
  options: { mode: 'secret' | 'text'; field: string; isOn: boolean },
): Typing {
  const { mode, field, isOn } = options;
  const recording = useRef<TypingRecording | null>(null);

  useEffect(() => {
    if (!isOn || !input.current) {
      return;
    }
    const current = recordTyping(input.current, { mode, field });
    current.start();
    recording.current = current;
    return () => {
      recording.current = null;
      current.destroy();
    };
  }, [input, mode, field, isOn]);

  return useMemo(
    () => ({
      finish: () => recording.current?.finish() ?? null,
      reset: () => recording.current?.reset(),
    }),
    [],
  );
}
