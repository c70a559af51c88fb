const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** `at` in ms since the epoch, in the browser's time zone: `21 Nov 2025`. */
export const formatDay = (at: number): string => day.format(at);

/** `at` in ms since the epoch, in the browser's time zone: `21 Nov 2025, 14:05`. */
export const formatDayAndTime = (at: number): string => dayAndTime.format(at);

/** Seconds as people say them: `45 seconds`, `1 minute`, `2 minutes`. Whole minutes only from one minute on, rounded up. */
export function formatWait(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 60) {
    return whole === 1 ? '1 second' : `${whole} seconds`;
  }
  const minutes = Math.ceil(whole / 60);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
