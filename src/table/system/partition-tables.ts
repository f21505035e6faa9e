// System tables that sum up files: by partition, by bucket.
import { checkAborted, LakeError } from '../../base/index.ts';
import type { Value } from '../../codec/index.ts';
import {
  castText,
  decodePartition,
  type ManifestEntry,
  partitionFields,
  partitionKey,
} from '../../format/index.ts';
import { manifestEntries } from '../plan/live-entries.ts';
import { listManifests } from '../plan/scan-entries.ts';
import type { Table } from '../table.ts';
import { partitionRowText } from './partition-text.ts';
import { shownSnapshot } from './shown-snapshot.ts';
import { columns, type SystemTable, timestampCell } from './system-table.ts';

/** Groups summed at once: Java sorts them by their text, so all are held. About 500 bytes each. */
const GROUPS_MAX = 2_000_000;

/**
 * `$partitions`, by their text.
 *
 * Limits  `GROUPS_MAX` partitions.
 * Source  PartitionsTable.java, manifest/PartitionEntry.java, FallbackReadFileStoreTable.java. Null and blank
 *         values have the default name, as in directories.
 */
export const PARTITIONS: SystemTable = {
  name: 'partitions',
  fields: columns({
    partition: 'STRING',
    record_count: 'BIGINT NOT NULL',
    file_size_in_bytes: 'BIGINT NOT NULL',
    file_count: 'BIGINT NOT NULL',
    last_update_time: 'TIMESTAMP(3)',
    created_at: 'TIMESTAMP(3)',
    created_by: 'STRING',
    updated_by: 'STRING',
    options: 'STRING',
  }),
  async *rows(table: Table, signal?: AbortSignal) {
    const text = partitionName(table);
    const groups = await partitionGroups(table, signal);
    const named = groups.map((group) => ({ ...group, text: text(group.first.partition) }));
    for (const group of named.sort(byText)) {
      yield [group.text, ...sumCells(group), null, null, null, null];
    }
  },
};

/**
 * `$buckets`, by partition and bucket. Limits: `GROUPS_MAX` buckets. Source: BucketsTable.java,
 * manifest/BucketEntry.java.
 */
export const BUCKETS: SystemTable = {
  name: 'buckets',
  fields: columns({
    partition: 'STRING',
    bucket: 'INT NOT NULL',
    record_count: 'BIGINT NOT NULL',
    file_size_in_bytes: 'BIGINT NOT NULL',
    file_count: 'BIGINT NOT NULL',
    last_update_time: 'TIMESTAMP(3)',
  }),
  async *rows(table: Table, signal?: AbortSignal) {
    const text = partitionRowText(table.schema);
    const keyOf = ({ partition, bucket }: ManifestEntry): string => `${bucket} ${partitionKey(partition)}`;
    const groups = await sumFiles(table, keyOf, signal);
    const named = groups.map((group) => ({ ...group, text: text(group.first.partition, table.path) }));
    named.sort((a, b) => byText(a, b) || a.first.bucket - b.first.bucket);
    for (const group of named) yield [group.text, group.first.bucket, ...sumCells(group)];
  },
};

interface Group {
  readonly first: ManifestEntry;
  rows: bigint;
  bytes: bigint;
  files: bigint;
  lastMs: bigint;
}

/** The table's partitions, and those that only its fallback branch has. */
async function partitionGroups(table: Table, signal: AbortSignal | undefined): Promise<readonly Group[]> {
  const keyOf = ({ partition }: ManifestEntry): string => partitionKey(partition);
  const groups = await sumFiles(table, keyOf, signal);
  if (table.fallback === undefined) return groups;
  const here = new Set(groups.map(({ first }) => keyOf(first)));
  const there = await sumFiles(table.fallback, keyOf, signal);
  return [...groups, ...there.filter(({ first }) => !here.has(keyOf(first)))];
}

/**
 * Sums of added less deleted files; groups without files left are dropped. The time is the last one of any
 * entry, deleted ones too.
 */
async function sumFiles(
  table: Table,
  keyOf: (entry: ManifestEntry) => string,
  signal: AbortSignal | undefined,
): Promise<readonly Group[]> {
  const snapshot = await shownSnapshot(table);
  if (snapshot === undefined) return [];
  const groups = new Map<string, Group>();
  const metas = await listManifests(table, snapshot, 'all');
  for await (const entries of manifestEntries(table, metas, { signal, stats: false })) {
    checkAborted(signal);
    for (const entry of entries) addEntry(groups, keyOf(entry), entry);
  }
  return [...groups.values()].filter((group) => group.files > 0n);
}

function addEntry(groups: Map<string, Group>, key: string, entry: ManifestEntry): void {
  let group = groups.get(key);
  if (group === undefined) {
    if (groups.size >= GROUPS_MAX) {
      throw new LakeError('LIMIT_EXCEEDED', `The table has more than ${GROUPS_MAX} partitions or buckets.`);
    }
    group = { first: entry, rows: 0n, bytes: 0n, files: 0n, lastMs: 0n };
    groups.set(key, group);
  }
  const { rowCount, fileSize, creationTimeMs = 0n } = entry.file;
  const sign = entry.kind === 'DELETE' ? -1n : 1n;
  group.rows += sign * rowCount;
  group.bytes += sign * fileSize;
  group.files += sign;
  if (creationTimeMs > group.lastMs) group.lastMs = creationTimeMs;
}

function sumCells({ rows, bytes, files, lastMs }: Group): Value[] {
  return [rows, bytes, files, timestampCell(lastMs)];
}

/** Java compares these texts by their UTF-8 bytes. */
function byText(a: { readonly text: string }, b: { readonly text: string }): number {
  return Buffer.compare(Buffer.from(a.text), Buffer.from(b.text));
}

/** `a=1/b=x`, not escaped. */
function partitionName(table: Table): (partition: Uint8Array) => string {
  const { schema, options, path } = table;
  const fields = partitionFields(schema);
  const fallback = options.raw['partition.default-name'] ?? '__DEFAULT_PARTITION__';
  return (partition) => {
    const values = decodePartition(schema, partition, path);
    const parts = fields.map(({ name, type }, i) => {
      const value = values[i] ?? null;
      const text = value === null ? '' : (castText(type, value) ?? '');
      return `${name}=${text.trim() === '' ? fallback : text}`;
    });
    return parts.join('/');
  };
}
