export { fileError, missing, notAFile } from './failures.ts';
export { parseFaults } from './faults.ts';
export { LocalStore } from './local-store.ts';
export { MemoryStore } from './memory-store.ts';
export { ScratchFile } from './scratch.ts';
export type { Fault, Step, StepWatch } from './steps.ts';
export { CHANGING_STEPS, READING_STEPS } from './steps.ts';
export type {
  EntryKind,
  PublishOptions,
  Store,
  StoreEntry,
  StoreFile,
  StoreOutput,
  StoreStat,
} from './store.ts';
