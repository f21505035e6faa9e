export { removingColumns } from '../tree/index.ts';
export { alterSchema, type ColumnPosition, type SchemaChange } from './alter/index.ts';
export { Catalog } from './catalog.ts';
export {
  createDatabase,
  createTable,
  dropDatabase,
  dropTable,
  renameTable,
} from './change-catalog.ts';
export { type Change, type ChangesRequest, type GrantReads, readChanges } from './changes.ts';
export {
  type CheckOptions,
  type CheckSummary,
  checkTable,
  type Problem,
  type Rule,
} from './check/index.ts';
export {
  type AbandonedBucket,
  type CompactionRoom,
  type CompactProgress,
  type CompactReport,
  type CompactTableOptions,
  compactTable,
  type WrittenCompaction,
} from './compact/index.ts';
export { type Identifier, parseIdentifier, printIdentifier } from './identifier.ts';
export { liveEntries } from './plan/live-entries.ts';
export type { PartitionValues } from './plan/partition-values.ts';
export { type Plan, planScan, type ScanRequest } from './plan/plan-scan.ts';
export type { PlanReport } from './plan/report.ts';
export {
  type DataSplit,
  type DeletionFile,
  type DiffSplit,
  filesOf,
  type Split,
  type SplitFile,
  type SplitWay,
} from './plan/split.ts';
export { type FileShape, fileShape } from './read/file-shape.ts';
export { type ReadRoom, splitCost, streamCost } from './read/read-cost.ts';
export { type ReadRequest, readPlan } from './read/read-plan.ts';
export { type RowsRequest, readSplit, requestedFields } from './read/read-split.ts';
export { type FileWinners, findWinners, hasWinners } from './read/winners.ts';
export { scanTable } from './scan.ts';
export { SchemaLog } from './schemas.ts';
export { type Consumer, type NamedTag, SnapshotLog } from './snapshots.ts';
export type { StreamFrom } from './stream-start.ts';
export { findSystemTable, type OpenSystemTable, SYSTEM_TABLE_NAMES } from './system/index.ts';
export { type OpenTable, openTableAt, type Table, withoutTimeTravel } from './table.ts';
export type { ChangelogProducer, MergeEngineName, TableOptions } from './table-options.ts';
export { batchStart, parseTimestampMs, startupMode, travelledSnapshot } from './time-travel.ts';
export {
  type CreateTag,
  createBranch,
  createTag,
  deleteBranch,
  deleteConsumer,
  deleteTag,
  type ExpireOptions,
  type ExpireReport,
  expireSnapshots,
  expireTags,
  fastForward,
  type OrphanOptions,
  type OrphanReport,
  type RetainOptions,
  type RollbackReport,
  type RollbackTarget,
  removeOrphans,
  resetConsumer,
  rollbackTo,
  type UpkeepOptions,
  type UpkeepReport,
} from './upkeep/index.ts';
export {
  type BadCell,
  type BadRow,
  dropPartitions,
  type OnBadRow,
  type Overwrite,
  type RowOrigin,
  TableWriter,
  type TruncateOptions,
  type TruncateResult,
  truncateTable,
  type WriteInput,
  type WriteOptions,
  type WriteResult,
  type WriteRoom,
  type WriteRow,
} from './write/index.ts';
