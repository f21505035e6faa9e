// Which manifest entries a read needs: by partition, bucket, level and statistics, exactly as far as Java
// dares to prune.
import { decodeRow } from '../../codec/index.ts';
import {
  type DataFileMeta,
  type ManifestEntry,
  type ManifestFileMeta,
  mayMatch,
  POSTPONE_BUCKET,
  type Predicate,
  partitionFields,
  StatsEvolution,
} from '../../format/index.ts';
import type { Table } from '../table.ts';
import { wallClockToInstantMs } from '../time-travel.ts';
import { bucketSelector } from './bucket-selector.ts';
import { type Conditions, splitConditions } from './conditions.ts';
import { partitionsWhere } from './partition-values.ts';
import type { ReportBuilder } from './report.ts';
import type { EntryFilter } from './scan-entries.ts';

type FileTest = (file: DataFileMeta) => boolean;

/** Filters of one scan. */
export interface EntryFilters {
  readonly entry: EntryFilter;
  /** Given all kept entries of a bucket, those that must be read. */
  readonly wholeBucket: (
    entries: readonly ManifestEntry[],
    unmarked: ReadonlySet<ManifestEntry>,
  ) => readonly ManifestEntry[];
}

/** What the filters are made from; see `SnapshotRequest`. */
export interface FilterRequest {
  readonly filter?: Predicate;
  readonly createdFromMs?: bigint;
  readonly partition?: (partition: Uint8Array) => boolean;
  readonly level?: (level: number) => boolean;
  /** The first full read of a stream: it sees level 0, and staged rows where they are streamed. */
  readonly streaming?: boolean;
}

/**
 * The filters of a batch read of one snapshot.
 *
 * Source  Paimon, operation/KeyValueFileStoreScan.java, AppendOnlyFileStoreScan.java, ManifestsReader.java,
 *         table/source/DataTableBatchScan.java (level 0 is hidden with deletion vectors and first-row;
 *         postponed buckets always).
 */
export async function entryFilters(
  table: Table,
  request: FilterRequest,
  report: ReportBuilder,
): Promise<EntryFilters> {
  const hidesLevel0 = request.streaming !== true && hidesLevelZero(table);
  const level = hidesLevel0 ? both((n) => n > 0, request.level) : request.level;
  const conditions = splitConditions(table.schema, request.filter);
  if (hidesLevel0) report.notes.push('level 0 is hidden until it is compacted, as in Java');
  const statsOf = conditions.data === undefined ? undefined : await statsBySchema(table);
  const test = (condition: Predicate | undefined, which: 'keyStats' | 'valueStats'): FileTest | undefined =>
    condition === undefined || statsOf === undefined
      ? undefined
      : (file) => {
          const stats = statsOf(file.schemaId)?.[which](file);
          return stats === undefined || mayMatch(condition, file.rowCount, stats);
        };
  const value = test(conditions.data, 'valueStats');
  const key = test(conditions.key, 'keyStats');
  const shared = await headFilters(table, request, conditions);
  const append = table.schema.primaryKeys.length === 0;
  const perFile = append || hidesLevel0;
  const from = request.createdFromMs;
  const entry: EntryFilter = {
    ...shared,
    needsStats: statsOf !== undefined,
    ...(level === undefined ? {} : { manifest: levelManifests(shared.manifest, hidesLevel0) }),
    head: (head) => shared.head?.(head) ?? (level === undefined || level(head.level) ? undefined : 'level'),
    file: ({ file }) => {
      if (from !== undefined && wallClockToInstantMs(file.creationTimeMs ?? 0n) < from) return 'creation';
      if (key !== undefined && !key(file)) return 'keyStats';
      return perFile && value !== undefined && !value(file) ? 'valueStats' : undefined;
    },
    ...(perFile || value === undefined ? {} : { mark: ({ file }) => value(file) }),
  };
  const wholeBucket = perFile || value === undefined ? keepAll : bucketFilter(table);
  return { entry, wholeBucket };
}

/**
 * True when batch reads of the table must not see level 0. Source: Paimon, CoreOptions.batchScanSkipLevel0.
 */
export function hidesLevelZero(table: Table): boolean {
  const { deletionVectors, mergeEngine } = table.options;
  return table.schema.primaryKeys.length > 0 && (deletionVectors || mergeEngine === 'first-row');
}

/** Filters by partition and bucket: the ones every scan shares. */
export async function headFilters(
  table: Table,
  request: Pick<FilterRequest, 'partition' | 'streaming'>,
  conditions: Conditions,
): Promise<Pick<EntryFilter, 'manifest' | 'head'>> {
  const ofFilter = conditions.partition && partitionsWhere(table, conditions.partition);
  const partition = both(ofFilter, request.partition);
  const bucket = await bucketSelector(table, conditions.all);
  const streamsStaged = request.streaming === true && table.options.changelogProducer === 'none';
  const realOnly = table.options.bucket === POSTPONE_BUCKET && !streamsStaged;
  const manifests = manifestTest(table, conditions.partition);
  return {
    manifest: (meta) => {
      if (realOnly && meta.maxBucket !== undefined && meta.maxBucket < 0) return 'bucket';
      return manifests === undefined || manifests(meta) ? undefined : 'partition';
    },
    head: (head) => {
      if (partition !== undefined && !partition(head.partition)) return 'partition';
      if (realOnly && head.bucket < 0) return 'bucket';
      return bucket === undefined || bucket(head.bucket, head.totalBuckets) ? undefined : 'bucket';
    },
  };
}

function levelManifests(
  manifest: EntryFilter['manifest'],
  hidesLevel0: boolean,
): NonNullable<EntryFilter['manifest']> {
  return (meta) => {
    if (hidesLevel0 && meta.maxLevel !== undefined && meta.maxLevel <= 0) return 'level';
    return manifest?.(meta);
  };
}

function manifestTest(
  table: Table,
  condition: Predicate | undefined,
): ((meta: ManifestFileMeta) => boolean) | undefined {
  if (condition === undefined) return undefined;
  const { partitionKeys } = table.schema;
  const types = partitionFields(table.schema).map((field) => field.type);
  return ({ fileName, partitionStats, numAddedFiles, numDeletedFiles }) => {
    const { minValues, maxValues, nullCounts } = partitionStats;
    const min = decodeRow(types, minValues, fileName);
    const max = decodeRow(types, maxValues, fileName);
    return mayMatch(condition, numAddedFiles + numDeletedFiles, (column) => {
      const at = partitionKeys.indexOf(column);
      const type = types[at];
      if (type === undefined) return undefined;
      return { type, min: min[at] ?? null, max: max[at] ?? null, nullCount: nullCounts?.[at] };
    });
  };
}

/**
 * Value statistics of files whose rows are merged. Files that cannot overlap are judged one by one; else the
 * bucket is left out only when every file can be, and never for engines that make a row out of several.
 */
function bucketFilter(table: Table): EntryFilters['wholeBucket'] {
  const composes =
    table.options.mergeEngine === 'partial-update' || table.options.mergeEngine === 'aggregation';
  return (entries, unmarked) => {
    const marked = entries.filter((entry) => !unmarked.has(entry));
    if (cannotOverlap(entries)) return marked;
    return composes || marked.length > 0 ? entries : [];
  };
}

function cannotOverlap(entries: readonly ManifestEntry[]): boolean {
  if (entries.length <= 1) return true;
  const level = entries[0]?.file.level;
  return level !== 0 && entries.every((entry) => entry.file.level === level);
}

const keepAll: EntryFilters['wholeBucket'] = (entries) => entries;

/** Older schemas whose files are pruned by statistics; files of still older ones are read. */
const SCHEMAS_FOR_STATS_MAX = 64;

/**
 * How to read the statistics of files written with any recent schema; undefined for others: they are not
 * pruned.
 */
async function statsBySchema(table: Table): Promise<(schemaId: number) => StatsEvolution | undefined> {
  const evolutions = new Map([[table.schema.id, new StatsEvolution(table.schema, table.schema)]]);
  const ids = (await table.schemas.ids()).filter((id) => id !== table.schema.id);
  for (const id of ids.slice(-SCHEMAS_FOR_STATS_MAX)) {
    evolutions.set(id, new StatsEvolution(table.schema, await table.schemas.byId(id)));
  }
  return (id) => evolutions.get(id);
}

function both<T>(
  a: ((value: T) => boolean) | undefined,
  b: ((value: T) => boolean) | undefined,
): ((value: T) => boolean) | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return (value) => a(value) && b(value);
}
