export { Catalog } from './catalog.ts';
export { type Identifier, parseIdentifier, printIdentifier } from './identifier.ts';
export { SchemaLog } from './schemas.ts';
export { type Consumer, type NamedTag, SnapshotLog } from './snapshots.ts';
export { type OpenTable, openTableAt, type Table } from './table.ts';
export type { ChangelogProducer, MergeEngineName, TableOptions } from './table-options.ts';
export { batchStart, parseTimestampMs, startupMode, travelledSnapshot } from './time-travel.ts';
