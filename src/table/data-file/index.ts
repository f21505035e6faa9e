export { BucketFiles, type FileContext, type FileRole, WRITTEN } from './data-file.ts';
export { planWrite, requireNewestSchema, type WritePlan } from './writable.ts';
