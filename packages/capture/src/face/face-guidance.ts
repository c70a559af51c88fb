import type { FaceAction } from '@tacit-auth/features';

/** Where a capture stands. */
export const FACE_STEPS = ['consent', 'starting', 'position', 'action', 'hold', 'done'] as const;
export type FaceStep = (typeof FACE_STEPS)[number];

const HINT_WORDS = {
  'allow-camera': 'Allow the camera in your browser.',
  loading: 'Getting ready.',
  'no-face': 'Bring your face into the picture.',
  'many-faces': 'Only one person may be in the picture.',
  'too-dark': 'It is too dark. Turn on a light in front of you, or open the cover of the camera.',
  'too-bright': 'It is too bright. Turn away from the window or lamp.',
  blurred: 'The picture is blurred. Hold still and wipe the lens.',
  'too-far': 'Come closer to the camera.',
  'turned-away': 'Turn your face to the camera.',
  'look-straight': 'Look straight at the camera.',
  'hold-still': 'Good. Hold still.',
  blink: 'Close both eyes and open them again.',
  'open-eyes': 'Now open them again.',
  'turn-left': 'Turn your head to your left, then back.',
  'turn-right': 'Turn your head to your right, then back.',
  'look-ahead': 'Now look straight again.',
  checking: 'One moment.',
  again: 'That was not seen. Please try again.',
  'too-slow': 'This device is slow just now. Close other programs, and please try again.',
} as const;

/** What to tell the person before the camera. */
export type FaceHint = keyof typeof HINT_WORDS;
export const FACE_HINTS = Object.keys(HINT_WORDS) as readonly FaceHint[];

/** What is wrong with a frame; each is a hint and a failure too. */
export type FaceProblem = 'no-face' | 'many-faces' | 'too-dark' | 'too-bright' | 'blurred' | 'too-far' | 'turned-away';

const FAILURE_WORDS = {
  'camera-denied': 'The camera was not allowed. Allow it in the settings of your browser, or go on without it.',
  'camera-none': 'No camera was found.',
  'camera-busy': 'The camera is in use by another program, or did not start.',
  'camera-ended': 'The camera was switched off or unplugged.',
  'page-hidden': 'The camera was switched off because the page was not visible.',
  'no-face': 'No face was seen.',
  'many-faces': 'More than one person was in the picture.',
  'too-dark': 'It was too dark.',
  'too-bright': 'It was too bright.',
  blurred: 'The picture was blurred.',
  'too-far': 'Your face was too far from the camera.',
  'turned-away': 'Your face was turned away from the camera.',
  'not-live': 'What you were asked to do was not seen in time.',
  unstable: 'The pictures did not agree with each other.',
  'timed-out': 'It took too long. Please begin again.',
  'too-slow': 'This device was too slow to check a face. Close other programs, or use another device.',
  'assets-missing': 'The files of the face check could not be loaded.',
  unsupported: 'This browser can not check a face.',
  cancelled: 'Cancelled.',
} as const;

/** Why no sample was captured. */
export type FaceFailure = keyof typeof FAILURE_WORDS;
export const FACE_FAILURES = Object.keys(FAILURE_WORDS) as readonly FaceFailure[];

/** What to show while a capture runs. */
export interface FaceGuidance {
  readonly step: FaceStep;
  /** What to say; null where there is nothing to say. */
  readonly hint: FaceHint | null;
  /** The action asked for, in step `action`. */
  readonly action?: FaceAction;
  readonly actionsDone: number;
  readonly actionsAll: number;
  /** The try under way, from 1; 0 before the first. */
  readonly try: number;
  readonly tries: number;
  /** 0 to 1: in `starting` of what is to be loaded, afterwards of the whole. */
  readonly progress: number;
}

/** Plain English for a hint. */
export function faceHintText(hint: FaceHint): string {
  return HINT_WORDS[hint];
}

/** Plain English for a failure, in one or two sentences. */
export function faceFailureText(reason: FaceFailure): string {
  return FAILURE_WORDS[reason];
}

/** One sentence for a live region: the hint, with how often to blink. Empty where there is nothing to say. */
export function faceGuidanceText(guidance: FaceGuidance): string {
  const { hint, action } = guidance;
  if (hint === null) {
    return '';
  }
  if (hint === 'blink' && action?.kind === 'blink' && action.times > 1) {
    return `Close both eyes and open them again, ${action.times === 2 ? 'twice' : 'three times'}.`;
  }
  return faceHintText(hint);
}
