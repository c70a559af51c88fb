/** What this browser keeps: a look and two switches. Nothing about a person. */
export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  /** Whether password fields on this device may be listened to at all. */
  typing: boolean;
  /** Whether each step before the camera may take long. */
  slowCamera: boolean;
}

const KEYS = { theme: 'fernhill.theme', typing: 'fernhill.typing', slowCamera: 'fernhill.slow-camera' } as const;

/** Reads and writes preferences. A browser that refuses storage gets the defaults and keeps changes for this page only. */
export function createPreferences(storage: () => Pick<Storage, 'getItem' | 'setItem'>) {
  const kept = new Map<string, string>();
  const read = (key: string): string | null => {
    try {
      return kept.get(key) ?? storage().getItem(key);
    } catch {
      // Storage is switched off: the defaults hold.
      return null;
    }
  };
  const write = (key: string, value: string): void => {
    try {
      storage().setItem(key, value);
      kept.delete(key);
    } catch {
      // Storage is switched off or full: the value holds until the page is left.
      kept.set(key, value);
    }
  };
  return {
    theme(): Preferences['theme'] {
      const value = read(KEYS.theme);
      return value === 'light' || value === 'dark' ? value : 'system';
    },
    setTheme(theme: Preferences['theme']): void {
      write(KEYS.theme, theme);
    },
    typing(): boolean {
      return read(KEYS.typing) !== 'off';
    },
    setTyping(on: boolean): void {
      write(KEYS.typing, on ? 'on' : 'off');
    },
    slowCamera(): boolean {
      return read(KEYS.slowCamera) === 'on';
    },
    setSlowCamera(on: boolean): void {
      write(KEYS.slowCamera, on ? 'on' : 'off');
    },
  };
}

export const preferences = createPreferences(() => localStorage);
