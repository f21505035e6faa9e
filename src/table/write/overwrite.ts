// What a commit that replaces rows removes: every live file of the partitions it replaces.
import { LakeError } from '../../base/index.ts';
import { encodeRow } from '../../codec/index.ts';
import { type ManifestEntry, partitionKey, type Snapshot } from '../../format/index.ts';
import { keyedFiles } from '../plan/bucket-files.ts';
import { liveEntries } from '../plan/live-entries.ts';
import { type PartitionTest, type PartitionValues, partitionsLike } from '../plan/partition-values.ts';
import type { Table } from '../table.ts';
import { flag } from '../table-options.ts';

/**
 * What is replaced.
 *
 * Shape   `true`: with partitions, those that rows were written to (all, if option
 *         `dynamic-partition-overwrite` is false); without, the whole table. A record: the partitions with
 *         these values (as text; null for null), even when no row was written: so they are dropped. An empty
 *         record is the whole table: so it is truncated.
 */
export type Overwrite = true | PartitionValues;

const EMPTY_ROW = encodeRow([], []);
const NO_STATS = { minValues: EMPTY_ROW, maxValues: EMPTY_ROW, nullCounts: [] };

/**
 * An overwrite as a commit takes it.
 *
 * Shape   `changes` undefined when nothing is to be replaced. `replaces`: the partitions it concerns.
 *         `removed`: data files and rows that the last call of `changes` removed.
 */
export interface OverwriteChanges {
  readonly changes: (latest: Snapshot | undefined) => Promise<readonly ManifestEntry[] | undefined>;
  readonly replaces: (partition: Uint8Array) => boolean;
  readonly removed: { fileCount: number; rowCount: bigint };
}

/**
 * The entries of an overwrite, for whatever snapshot is the latest.
 *
 * Errors  ARGUMENT_INVALID for a column that is no partition key, and for rows outside the named partitions.
 * Source  Paimon, operation/FileStoreCommitImpl.java (overwritePartition), commit/CommitScanner.java
 *         (readOverwriteChanges).
 */
export function overwriteChanges(
  table: Table,
  overwrite: Overwrite,
  adds: readonly ManifestEntry[],
): OverwriteChanges {
  const matches = overwrite === true ? writtenPartitions(table, adds) : partitionsLike(table, [overwrite]);
  if (matches !== undefined && !adds.every((entry) => matches(entry.partition)))
    throw new LakeError('ARGUMENT_INVALID', 'Rows lie outside the partitions that are overwritten.');
  return replacing(table, matches, adds);
}

/**
 * The files of an overwrite on the deepest level, bucket by bucket, where they do not overlap: nothing lies
 * below them.
 *
 * Source  Paimon, operation/FileStoreCommitImpl.java (tryUpgrade).
 */
export function upgradeOverwriting(table: Table, adds: readonly ManifestEntry[]): readonly ManifestEntry[] {
  const { raw, numLevels } = table.options;
  if (table.schema.primaryKeys.length === 0 || !flag(raw, 'overwrite-upgrade', true)) return adds;
  if (adds.some(({ bucket, file }) => bucket < 0 || file.level > 0)) return adds;
  const buckets = Map.groupBy(adds, (entry) => `${entry.bucket} ${partitionKey(entry.partition)}`);
  const { compare, keyed } = keyedFiles(table.schema);
  return [...buckets.values()].flatMap((entries) => {
    const files = keyed(entries.map(({ file }) => file)).toSorted((a, b) => compare(a.minKey, b.minKey));
    const apart = files.every(({ maxKey }, i) => {
      const next = files[i + 1];
      return next === undefined || compare(maxKey, next.minKey) < 0;
    });
    if (!apart) return entries;
    return entries.map((entry) => ({ ...entry, file: { ...entry.file, level: numLevels - 1 } }));
  });
}

/** The entries that remove the partitions that are like one of `partitions`. */
export function dropChanges(table: Table, partitions: readonly PartitionValues[]): OverwriteChanges {
  return replacing(table, partitionsLike(table, partitions), []);
}

function replacing(
  table: Table,
  matches: PartitionTest | undefined,
  adds: readonly ManifestEntry[],
): OverwriteChanges {
  const removed = { fileCount: 0, rowCount: 0n };
  if (matches === undefined) return { changes: async () => undefined, replaces: () => false, removed };
  const accept = (head: { readonly partition: Uint8Array }): boolean => matches(head.partition);
  // Rows of postponed buckets, -2, go only where the table says that its buckets are postponed.
  const postponed = table.options.bucket === -2;
  const dropStats = flag(table.options.raw, 'manifest.delete-file-drop-stats', false);
  const changes = async (latest: Snapshot | undefined): Promise<readonly ManifestEntry[]> => {
    const entries: ManifestEntry[] = [];
    Object.assign(removed, { fileCount: 0, rowCount: 0n });
    if (latest === undefined) return adds;
    for await (const live of liveEntries(table, latest, { accept })) {
      for (const entry of live) {
        if (entry.bucket < 0 && !postponed) continue;
        const file = dropStats ? { ...entry.file, valueStats: NO_STATS, valueStatsCols: [] } : entry.file;
        entries.push({ ...entry, kind: 'DELETE', file });
        removed.fileCount++;
        removed.rowCount += file.rowCount;
      }
    }
    for (const entry of adds) entries.push(entry);
    return entries;
  };
  return { changes, replaces: matches, removed };
}

/** Which partitions rows were written to; undefined when there are none. */
function writtenPartitions(table: Table, adds: readonly ManifestEntry[]): PartitionTest | undefined {
  const partitioned = table.schema.partitionKeys.length > 0;
  const dynamic = partitioned && flag(table.options.raw, 'dynamic-partition-overwrite', true);
  if (!dynamic) return () => true;
  if (adds.length === 0) return undefined;
  const written = new Set(adds.map((entry) => partitionKey(entry.partition)));
  return (partition) => written.has(partitionKey(partition));
}
