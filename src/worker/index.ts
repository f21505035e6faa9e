export {
  INPUT_FORMATS,
  type InputFormat,
  type InputOptions,
  type InputProgress,
  type InputSource,
} from './input/index.ts';
export { Lake, type LakeOptions, openLake } from './lake.ts';
export type { CompactOptions } from './lake-compact.ts';
export { type ChangesOptions, type CheckTableOptions, LakeTable } from './lake-table.ts';
export { LakeWrite } from './lake-write.ts';
export type { Scan, ScanOptions } from './scan.ts';
export type { BoundTable, SqlOptions, SqlResult } from './sql/index.ts';
export type { Travel } from './travel-options.ts';
