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

const DAY_MS = 86_400_000;
const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** How long ago a day was, by the calendar of the browser's time zone: `today`, `yesterday`, `12 days ago`. */
export function formatAge(at: number, now = Date.now()): string {
  // Rounded, because a day on which the clocks change is not of 24 hours.
  const days = Math.max(0, Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS));
  return days === 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`;
}

/** Seconds as people say them: `45 seconds`, `1 minute`, `2 minutes`. Whole minutes only from one minute on, rounded up. */
export function formatWait(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 60) {
    return whole === 1 ? '1 second' : `${whole} seconds`;
  }
  const minutes = Math.ceil(whole / 60);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

/** How long something took: `under a minute`, `1 minute`, `1 h 5 min`. */
export function formatSpan(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) {
    return 'under a minute';
  }
  if (minutes < 60) {
    return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  }
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** `at` in ms since the epoch, in the browser's time zone: `14:05:09`. */
export const formatClock = (at: number): string => clockTime.format(at);

/** How long ago something was: `just now`, `12 s ago`, `3 min ago`, `2 h ago`. */
export function formatAgo(at: number, now: number): string {
  const seconds = Math.floor((now - at) / 1_000);
  if (seconds < 3) {
    return 'just now';
  }
  if (seconds < 60) {
    return `${seconds} s ago`;
  }
  return seconds < 3_600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3_600)} h ago`;
}
