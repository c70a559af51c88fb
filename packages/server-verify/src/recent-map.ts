/** What was set or asked for last, by its key. */
export interface RecentMap<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  /** Gives everything that is held, and holds nothing any more. */
  drain(): T[];
}

/** @param most entries that are held; the least recently used gives way */
export function recentMap<T>(most: number): RecentMap<T> {
  // A Map keeps the order in which its keys were set.
  const entries = new Map<string, T>();

  function set(key: string, value: T): void {
    entries.delete(key);
    entries.set(key, value);
    if (entries.size > most) {
      entries.delete(entries.keys().next().value as string);
    }
  }

  return {
    get(key) {
      const value = entries.get(key);
      if (value !== undefined) {
        set(key, value);
      }
      return value;
    },
    set,
    delete(key) {
      entries.delete(key);
    },
    drain() {
      const values = [...entries.values()];
      entries.clear();
      return values;
    },
  };
}
