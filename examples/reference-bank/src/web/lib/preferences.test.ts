import { describe, expect, it } from 'vitest';
import { createPreferences } from './preferences';

function memory(): Pick<Storage, 'getItem' | 'setItem'> & { entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return { entries, getItem: (key) => entries.get(key) ?? null, setItem: (key, value) => void entries.set(key, value) };
}

describe('preferences', () => {
  it('follows the system and listens by default', () => {
    const preferences = createPreferences(() => memory());
    expect(preferences.theme()).toBe('system');
    expect(preferences.typing()).toBe(true);
  });

  it('keeps only a look and a switch', () => {
    const storage = memory();
    const preferences = createPreferences(() => storage);
    preferences.setTyping(false);
    preferences.setTheme('dark');
    expect(Object.fromEntries(storage.entries)).toEqual({ 'fernhill.typing': 'off', 'fernhill.theme': 'dark' });
    expect(createPreferences(() => storage).typing()).toBe(false);
  });

  it('reads an unknown theme as the system’s', () => {
    const storage = memory();
    storage.setItem('fernhill.theme', 'purple');
    expect(createPreferences(() => storage).theme()).toBe('system');
  });

  it('holds a choice for the page where storage is refused', () => {
    const preferences = createPreferences(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    preferences.setTyping(false);
    expect(preferences.typing()).toBe(false);
    expect(preferences.theme()).toBe('system');
  });
});
