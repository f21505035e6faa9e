// The public surface of Spillway. What users of the library need stands first; below the line is for building
// on its parts.
export {
  type DataType,
  type ErrorCode,
  type ErrorDetails,
  type ErrorKind,
  type Field,
  LakeError,
  parseType,
  printType,
} from './base/index.ts';
export { type Batch, jsonLines, type Row, rowsOf, type Vector } from './codec/index.ts';
export type {
  ColumnDraft,
  Literal,
  Predicate,
  SchemaDraft,
  Snapshot,
  TableSchema,
} from './format/index.ts';
export type {
  Change,
  CheckSummary,
  ColumnPosition,
  CreateTag,
  ExpireOptions,
  ExpireReport,
  OrphanOptions,
  OrphanReport,
  Overwrite,
  PlanReport,
  Problem,
  RetainOptions,
  RollbackReport,
  RollbackTarget,
  SchemaChange,
  UpkeepOptions,
  UpkeepReport,
  WriteOptions,
  WriteResult,
  WriteRow,
} from './table/index.ts';
export {
  type BoundTable,
  type ChangesOptions,
  type CheckTableOptions,
  Lake,
  type LakeOptions,
  LakeTable,
  LakeWrite,
  openLake,
  type Scan,
  type ScanOptions,
  type SqlOptions,
  type SqlResult,
  type Travel,
} from './worker/index.ts';
