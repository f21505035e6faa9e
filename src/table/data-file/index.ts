export { BucketFiles, type FileContext, type FileRole, WRITTEN } from './data-file.ts';
export { planWrite, requireNewestSchema, requireSameTable, type WritePlan } from './writable.ts';
