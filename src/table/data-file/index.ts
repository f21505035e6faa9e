export { BucketFiles, type FileContext, type FileRole, WRITTEN } from './data-file.ts';
export { ParquetFile } from './parquet-file.ts';
export { type ParquetOptions, parquetOptions } from './parquet-options.ts';
export { planWrite, requireNewestSchema, type WritePlan } from './writable.ts';
