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
import { type KeyOrder, keyCompare, sections, type TreeFile } from '../../tree/index.ts';
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

/** How the files of a primary-key table are ordered: by the cells of their first and last keys. */
export interface KeyedFiles {
  readonly compare: KeyOrder;
  readonly keyed: (files: readonly DataFileMeta[]) => readonly TreeFile[];
}

/** The order of a table's files. */
export function keyedFiles(schema: TableSchema): KeyedFiles {
  const types = fieldsOf(schema, trimmedPrimaryKeys(schema)).map((field) => field.type);
  const keyed = (files: readonly DataFileMeta[]): readonly TreeFile[] =>
    files.map((file) => {
      const { fileName, minKey, maxKey } = file;
      return { file, minKey: decodeRow(types, minKey, fileName), maxKey: decodeRow(types, maxKey, fileName) };
    });
  return { compare: keyCompare(types), keyed };
}

/** Cuts files of a primary-key table into sections of sorted runs by their first and last keys. */
export function keySections(schema: TableSchema): Sections {
  const { compare, keyed } = keyedFiles(schema);
  return (files) => {
    const cut = sections<readonly Value[], TreeFile>(keyed(files), compare);
    return cut.map((runs) => runs.map((run) => run.map(({ file }) => file)));
  };
}
