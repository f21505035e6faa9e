export { groupEquality, sortedFold } from './fold-sorted.ts';
export { BATCHES_KEPT, mergeBlocks, type RowOrder, type SortedRun } from './merge-blocks.ts';
export type { SortColumn } from './sort-column.ts';
export { RowSorter } from './sort-rows.ts';
export {
  allPlaces,
  batchesOf,
  cutByTarget,
  inOrder,
  lastOfEach,
  type SortedRows,
  type TargetBatch,
} from './sorted-rows.ts';
