export type { AbandonedBucket, CompactReport } from './compact-report.ts';
export { type CompactProgress, type CompactTableOptions, compactTable } from './compact-table.ts';
