export { fileError, missing, notAFile } from './failures.ts';
export { LocalStore } from './local-store.ts';
export { MemoryStore } from './memory-store.ts';
export type { EntryKind, Store, StoreEntry, StoreFile, StoreStat } from './store.ts';
