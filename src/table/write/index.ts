export type { BadCell, BadRow, OnBadRow, RowOrigin } from './bad-rows.ts';
export type { Overwrite } from './overwrite.ts';
export type { WriteRow } from './rows-to-batch.ts';
export {
  TableWriter,
  type WriteInput,
  type WriteOptions,
  type WriteResult,
  type WriteRoom,
} from './table-writer.ts';
export { dropPartitions, type TruncateOptions, type TruncateResult, truncateTable } from './truncate.ts';
