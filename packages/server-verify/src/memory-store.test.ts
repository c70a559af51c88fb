import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory-store';
import { storeContract } from './testing';

storeContract(
  'memory',
  async () => {
    const store = memoryStore();
    return { store, dispose: () => store.close() };
  },
  { describe, it, expect },
);
