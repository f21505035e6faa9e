export type { Overwrite } from './overwrite.ts';
export type { WriteRow } from './rows-to-batch.ts';
export { TableWriter, type WriteOptions, type WriteResult } from './table-writer.ts';
export { dropPartitions, type TruncateOptions, type TruncateResult, truncateTable } from './truncate.ts';
