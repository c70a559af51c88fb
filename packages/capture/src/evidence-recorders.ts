import type { PointerSample, TypingSample } from '@tacit-auth/features';
import { type EvidenceContents, packEvidence } from './evidence-contents';
import type { FreeTextField } from './free-text-field';
import { type FreeTextRecording, recordFreeText } from './record-free-text';
import { type PointerRecording, recordPointer } from './record-pointer';
import type { Timer } from './timer';

export interface EvidenceRecordersOptions {
  fields: FreeTextField | readonly FreeTextField[];
  /** undefined: the page's document. */
  pointer: Document | HTMLElement | false | undefined;
  ignore: string | undefined;
  clock: () => number;
  timer: Timer;
  /** Time from the first sample until what there is makes a batch, in ms. */
  everyMs: () => number;
  onBatches: (contents: EvidenceContents[]) => void;
  /** So many samples were too large for a batch. */
  onLeftOut: (samples: number) => void;
}

/** Both recorders, and what they handed over since the last batch. */
export interface EvidenceRecorders {
  readonly isOn: boolean;
  add(field: FreeTextField): void;
  remove(field: FreeTextField): void;
  /** @throws CaptureError `ERR_CAPTURE_NO_DOCUMENT`: no window shows what the pointer is recorded on, and the fields alone are recorded. */
  start(): void;
  /** All that is recorded so far, as batches. */
  take(): EvidenceContents[];
  /** Stops listening; what is recorded so far can still be taken. */
  stop(): void;
  /** Stops listening, and drops what is recorded. */
  drop(): void;
  destroy(): void;
}

/** Half of what a recorder keeps by itself: about 50 KB of JSON, so that a sample fits into a batch, and into a request of a page that is put away. */
const POINTER_EVENTS = 2_048;
/** Samples of the pointer are short, so that a change of hands is seen soon. */
const POINTER_MS = 5_000;
/** A page that makes more samples than this in the time of a batch makes a batch earlier. */
const MANY_SAMPLES = 32;

export function evidenceRecorders(options: EvidenceRecordersOptions): EvidenceRecorders {
  const { ignore, clock, timer, everyMs, onBatches, onLeftOut } = options;
  let samples: (TypingSample | PointerSample)[] = [];
  let handle: unknown;
  let isOn = false;

  const typing: FreeTextRecording = recordFreeText({ fields: options.fields, onWindow: onSample, clock, timer });
  const target = options.pointer === undefined ? globalThis.document : options.pointer;
  const pointer = target ? pointerOf(target) : undefined;

  function pointerOf(target: Document | HTMLElement): PointerRecording {
    const places = ignore === undefined ? {} : { ignore };
    return recordPointer(target, { onSample, everyMs: POINTER_MS, capacity: POINTER_EVENTS, clock, timer, ...places });
  }

  function onSample(sample: TypingSample | PointerSample): void {
    samples.push(sample);
    if (samples.length >= MANY_SAMPLES) {
      onTime();
    } else {
      handle ??= timer.set(onTime, everyMs());
    }
  }

  function onTime(): void {
    onBatches(cut());
  }

  function cut(): EvidenceContents[] {
    timer.clear(handle);
    handle = undefined;
    const { contents, leftOut } = packEvidence(samples);
    samples = [];
    if (leftOut > 0) {
      onLeftOut(leftOut);
    }
    return contents;
  }

  function stop(): void {
    isOn = false;
    typing.stop();
    pointer?.stop();
  }

  return {
    get isOn() {
      return isOn;
    },
    add: typing.add,
    remove: typing.remove,
    start() {
      typing.start();
      isOn = true;
      pointer?.start();
    },
    take() {
      typing.flush();
      pointer?.flush();
      return cut();
    },
    stop,
    drop() {
      stop();
      cut();
    },
    destroy() {
      isOn = false;
      typing.destroy();
      pointer?.destroy();
      cut();
    },
  };
}
