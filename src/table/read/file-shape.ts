// Where each wanted column of a data file comes from, for whoever reads the file without `readSplit`.
import { type Field, sameType } from '../../base/index.ts';
import type { Value } from '../../codec/index.ts';
import type { DataFileMeta } from '../../format/index.ts';
import { dataFilePath } from '../directories.ts';
import type { Split } from '../plan/split.ts';
import type { Table } from '../table.ts';
import { expectFile } from './expect-file.ts';
import { resolveColumns } from './file-columns.ts';
import { bucketContext } from './read-context.ts';

/**
 * A file and its columns.
 *
 * Shape   `path` absolute; `columns[i]` is for the i-th wanted field: the file's column of that name holds
 *         exactly its values, or every row has the same `value`, or undefined when values must be converted.
 */
export interface FileShape {
  readonly path: string;
  readonly columns: readonly (
    | { readonly kind: 'file'; readonly name: string }
    | { readonly kind: 'value'; readonly value: Value }
    | undefined
  )[];
  /**
   * False when the engine's SQL cannot read the file: written with options that ask for LZ4 pages, or with
   * columns whose names differ by case only.
   */
  readonly plain: boolean;
  /** The names of the table's columns when the file was written, in lower case. */
  readonly names: ReadonlySet<string>;
}

/** Options that name the codec of a Parquet file's pages. */
const CODEC_OPTIONS = ['file.compression', 'file.compression.per.level', 'parquet.compression'];

/** The shape of one file of a split. Errors: `PATH_OUTSIDE_TABLE`, `FILE_MISSING` for its schema. */
export async function fileShape(
  table: Table,
  split: Split,
  file: DataFileMeta,
  fields: readonly Field[],
): Promise<FileShape> {
  const bucket = bucketContext(table, split);
  const schema = file.schemaId === table.schema.id ? table.schema : await table.schemas.byId(file.schemaId);
  const { fileFields, unchanged } = resolveColumns(file, schema, fields, bucket.partition);
  const path = dataFilePath(file, bucket.path, table.options.raw);
  await expectFile(table.store, path, file);
  const columns = fields.map((field, i): FileShape['columns'][number] => {
    const stored = unchanged[i];
    if (stored !== undefined && sameType(stored.type, field.type)) return { kind: 'file', name: stored.name };
    const inFile = fileFields.some((f) => f.id === field.id);
    return inFile ? undefined : { kind: 'value', value: bucket.partition.get(field.name) ?? null };
  });
  const lz4 = CODEC_OPTIONS.some((name) => /\blz4\b/i.test(schema.options[name] ?? ''));
  const names = new Set(schema.fields.map((field) => field.name.toLowerCase()));
  const plain = !lz4 && names.size === schema.fields.length;
  return { path, columns, plain, names };
}
