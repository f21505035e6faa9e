// Buckets: their directories, their partitions as text, and the order of the keys of their files.
import { decodeRow, type Value } from '../../codec/index.ts';
import {
  bucketPath,
  type DataFileMeta,
  decodePartition,
  fieldsOf,
  partitionPath,
  partitionSpec,
  type TableSchema,
  trimmedPrimaryKeys,
} from '../../format/index.ts';
import { keyCompare, sections } from '../../tree/index.ts';
import type { Table } from '../table.ts';
import type { Sections } from './generate-splits.ts';

/** The directory of a bucket of the table. */
export function bucketDirectory(table: Table): (partition: Uint8Array, bucket: number) => string {
  return (partition, bucket) => bucketPath(table.path, table.schema, partition, bucket, table.options.raw);
}

/** A partition as people read it: its directory below the table's; empty for tables without partitions. */
export function partitionText(table: Table, partition: Uint8Array): string {
  const values = decodePartition(table.schema, partition, table.path);
  return partitionPath(partitionSpec(table.schema, values, table.options.raw));
}

interface KeyedFile {
  readonly file: DataFileMeta;
  readonly minKey: readonly Value[];
  readonly maxKey: readonly Value[];
}

/** Cuts files of a primary-key table into sections of sorted runs by their first and last keys. */
export function keySections(schema: TableSchema): Sections {
  const types = fieldsOf(schema, trimmedPrimaryKeys(schema)).map((field) => field.type);
  const compare = keyCompare(types);
  return (files) => {
    const keyed = files.map((file): KeyedFile => {
      const { fileName, minKey, maxKey } = file;
      return { file, minKey: decodeRow(types, minKey, fileName), maxKey: decodeRow(types, maxKey, fileName) };
    });
    const cut = sections<readonly Value[], KeyedFile>(keyed, compare);
    return cut.map((runs) => runs.map((run) => run.map(({ file }) => file)));
  };
}
