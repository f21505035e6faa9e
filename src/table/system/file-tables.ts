// System tables with a row for every data file.
import { checkAborted, type Field } from '../../base/index.ts';
import { arityOf, decodeRow, type Value } from '../../codec/index.ts';
import {
  bucketPath,
  type ColumnStats,
  type DataFileMeta,
  fieldsOf,
  type ManifestEntry,
  POSTPONE_BUCKET,
  partitionKey,
  StatsEvolution,
  type TableSchema,
  trimmedPrimaryKeys,
} from '../../format/index.ts';
import { liveEntries } from '../plan/live-entries.ts';
import { planIncremental } from '../plan/plan-incremental.ts';
import { filesOf } from '../plan/split.ts';
import type { Table } from '../table.ts';
import { batchStart, startupMode, wallClockToInstantMs } from '../time-travel.ts';
import { partitionRowText, valueText } from './partition-text.ts';
import { columns, type SystemTable, timestampCell, typeOf } from './system-table.ts';

const HEAD = {
  partition: 'STRING',
  bucket: 'INT NOT NULL',
  file_path: 'STRING NOT NULL',
  file_format: 'STRING NOT NULL',
  schema_id: 'BIGINT NOT NULL',
  level: 'INT NOT NULL',
  record_count: 'BIGINT NOT NULL',
  file_size_in_bytes: 'BIGINT NOT NULL',
  min_key: 'STRING',
  max_key: 'STRING',
} as const;

/**
 * `$files`: the data files a batch read would consider, level 0 always among them.
 *
 * Shape   in manifest order; statistics as the newest schema's columns, in order of their names.
 * Limits  those of `liveEntries`.
 * Source  FilesTable.java. Binary keys and bounds are lower-case hex, where Java prints an address.
 */
export const FILES: SystemTable = {
  name: 'files',
  fields: columns({
    ...HEAD,
    null_value_counts: 'STRING NOT NULL',
    min_value_stats: 'STRING NOT NULL',
    max_value_stats: 'STRING NOT NULL',
    min_sequence_number: 'BIGINT',
    max_sequence_number: 'BIGINT',
    creation_time: 'TIMESTAMP(3)',
    deleteRowCount: 'BIGINT',
    file_source: 'STRING',
    first_row_id: 'BIGINT',
    write_cols: { kind: 'ARRAY', nullable: true, element: typeOf('STRING') },
  }),
  async *rows(table: Table, signal?: AbortSignal) {
    const head = headCells(table);
    const evolutions = new Map<number, StatsEvolution>();
    const fields = table.schema.fields;
    for await (const { entry, schema } of shownFiles(table, signal)) {
      const { file } = entry;
      let evolution = evolutions.get(schema.id);
      if (evolution === undefined) {
        evolution = new StatsEvolution(table.schema, schema);
        evolutions.set(schema.id, evolution);
      }
      const stats = evolution.describe(file);
      yield [
        ...head(entry, schema),
        mapText(fields, stats, ({ nullCount }) => (nullCount === undefined ? 'null' : String(nullCount))),
        mapText(fields, stats, ({ type, min }) => valueText(type, min)),
        mapText(fields, stats, ({ type, max }) => valueText(type, max)),
        file.minSequenceNumber,
        file.maxSequenceNumber,
        file.creationTimeMs === undefined ? null : timestampCell(file.creationTimeMs),
        file.deleteRowCount ?? null,
        fileSource(file),
        file.firstRowId ?? null,
        file.writeCols ?? null,
      ];
    }
  },
};

/** `$file_key_ranges`: the same files without statistics. Source: FileKeyRangesTable.java. */
export const FILE_KEY_RANGES: SystemTable = {
  name: 'file_key_ranges',
  fields: columns({ ...HEAD, first_row_id: 'BIGINT' }),
  async *rows(table: Table, signal?: AbortSignal) {
    const head = headCells(table);
    for await (const { entry, schema } of shownFiles(table, signal)) {
      yield [...head(entry, schema), entry.file.firstRowId ?? null];
    }
  },
};

interface ShownFile {
  readonly entry: ManifestEntry;
  readonly schema: TableSchema;
}

async function* shownFiles(table: Table, signal: AbortSignal | undefined): AsyncGenerator<ShownFile> {
  for await (const entries of shownEntries(table, signal)) {
    checkAborted(signal);
    for (const entry of entries) {
      const id = entry.file.schemaId;
      yield { entry, schema: id === table.schema.id ? table.schema : await table.schemas.byId(id) };
    }
  }
}

async function* shownEntries(
  table: Table,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ManifestEntry[]> {
  const { raw, bucket: buckets } = table.options;
  if (startupMode(raw) === 'incremental') {
    const plan = await planIncremental(table, signal === undefined ? {} : { signal });
    for (const split of plan.splits) {
      const { partition, bucket, totalBuckets } = split;
      yield filesOf(split).map(({ file }) => ({
        kind: 'ADD' as const,
        partition,
        bucket,
        totalBuckets,
        file,
      }));
    }
    return;
  }
  const { snapshot, createdFromMs } = await batchStart(table.snapshots, raw);
  if (snapshot === undefined) return;
  const accept = buckets === POSTPONE_BUCKET ? { accept: (h: { bucket: number }) => h.bucket >= 0 } : {};
  for await (const entries of liveEntries(table, snapshot, { ...accept, signal })) {
    yield createdFromMs === undefined
      ? entries
      : entries.filter(({ file }) => wallClockToInstantMs(file.creationTimeMs ?? 0n) >= createdFromMs);
  }
}

function headCells(table: Table): (entry: ManifestEntry, schema: TableSchema) => Value[] {
  const partitionText = partitionRowText(table.schema);
  const directory = directories(table);
  const { path } = table;
  return (entry, schema) => {
    const { partition, bucket, file } = entry;
    const { fileName } = file;
    return [
      partitionText(partition, path),
      bucket,
      file.externalPath ?? `${directory(partition, bucket)}/${fileName}`,
      fileName.slice(fileName.lastIndexOf('.') + 1),
      BigInt(file.schemaId),
      file.level,
      file.rowCount,
      file.fileSize,
      keyText(schema, file.minKey, fileName),
      keyText(schema, file.maxKey, fileName),
    ];
  };
}

/** The directory of a bucket; entries of one bucket stand together. */
function directories(table: Table): (partition: Uint8Array, bucket: number) => string {
  let last: { readonly key: string; readonly path: string } | undefined;
  return (partition, bucket) => {
    const key = `${bucket} ${partitionKey(partition)}`;
    if (last?.key !== key) {
      last = { key, path: bucketPath(table.path, table.schema, partition, bucket, table.options.raw) };
    }
    return last.path;
  };
}

/** `Arrays.toString` of a key; null for append tables. */
function keyText(schema: TableSchema, key: Uint8Array, file: string): string | null {
  if (arityOf(key, file) <= 0) return null;
  const names = trimmedPrimaryKeys(schema);
  const fields = names.length > 0 ? fieldsOf(schema, names) : schema.fields;
  const types = fields.map((field) => field.type);
  const cells = decodeRow(types, key, file);
  return `[${types.map((type, i) => valueText(type, cells[i] ?? null)).join(', ')}]`;
}

/** `TreeMap.toString` of Java: by column name in UTF-16 order. */
function mapText(
  fields: readonly Field[],
  stats: readonly ColumnStats[],
  text: (stats: ColumnStats) => string,
): string {
  const parts = fields.map(({ name }, i) => [name, text(stats[i] as ColumnStats)] as const);
  parts.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${parts.map(([name, value]) => `${name}=${value}`).join(', ')}}`;
}

function fileSource({ fileSource: source }: DataFileMeta): string | null {
  if (source === undefined) return null;
  return source === 0 ? 'APPEND' : 'COMPACT';
}
