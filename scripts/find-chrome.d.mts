export function findChrome(env?: Record<string, string | undefined>): string | undefined;
export const CHROME_SWITCHES: string[];
