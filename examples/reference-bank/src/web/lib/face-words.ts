import type { FaceFailure, FaceGuidance } from '@tacit-auth/capture/face';

/** For each failure what happened and what to do, for a customer. The server's reasons are among them. */
export const FACE_FAILURE_WORDS: Readonly<Record<FaceFailure, string>> = {
  'camera-denied': 'Your browser did not allow the camera. Allow it for this site, beside the address, and try again.',
  'camera-none': 'We found no camera. If you have one, connect it and try again.',
  'camera-busy': 'Your camera is in use by another program, or did not start. Close the other program and try again.',
  'camera-ended': 'The camera was switched off or unplugged. Connect it and try again.',
  'page-hidden': 'The camera was switched off, because this page was not visible. Please try again.',
  'no-face': 'We saw no face. Bring yours into the ring and try again.',
  'many-faces': 'We saw more than one person. Please try again alone.',
  'too-dark': 'It was too dark. Turn on a light in front of you and try again.',
  'too-bright': 'It was too bright. Turn away from the window or the lamp and try again.',
  blurred: 'The picture was blurred. Wipe the lens, hold still and try again.',
  'too-far': 'You were too far away. Come closer to the camera and try again.',
  'turned-away': 'We did not see you from the front. Look straight at the camera and try again.',
  'not-live': 'We did not see what we asked you to do. Please try again; you can give yourself more time below.',
  unstable: 'The pictures did not agree with each other. Hold still, with light from the front, and try again.',
  'timed-out': 'The time for this check is over. Please try again.',
  'too-slow': 'This device could not keep up with the camera. Close other programs and try again, or take another way.',
  'assets-missing': 'Part of the face check could not be loaded. Please try again in a minute.',
  unsupported: 'This browser cannot check a face.',
  cancelled: 'The camera is off.',
};

export const faceFailureWords = (reason: FaceFailure): string => FACE_FAILURE_WORDS[reason];

/** Whether another try on this device can bring anything. */
export const canTryAgain = (reason: FaceFailure): boolean => reason !== 'unsupported';

/** How far the customer is: `Movement 1 of 2`, and from the second try on which one it is. */
export function faceProgressWords({ step, actionsDone, actionsAll, try: current, tries }: FaceGuidance): string {
  const which = current > 1 ? `Try ${current} of ${tries}. ` : '';
  return step === 'action' ? `${which}Movement ${actionsDone + 1} of ${actionsAll}` : which.trim();
}
