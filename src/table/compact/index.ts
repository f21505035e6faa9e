export type { BucketChange } from './bucket-change.ts';
export type { CompactionRoom } from './compact-context.ts';
export type { AbandonedBucket, CompactReport } from './compact-report.ts';
export { type CompactProgress, type CompactTableOptions, compactTable } from './compact-table.ts';
export {
  bucketKeyOf,
  commitWritten,
  compactsOnWrite,
  compactWritten,
  type WithRoom,
  type WrittenCompaction,
} from './compact-written.ts';
export type { CompactionRules } from './compaction-rules.ts';
