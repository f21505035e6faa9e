// Partitions: from the row in a manifest entry to values, to the text Java gives them, and to the directory
// of a bucket. The row is what a partition is; its path is derived and never read back, for several
// partitions may share one.
import { type DataType, type Field, LakeError, unsupported } from '../base/index.ts';
import { decodeRow, type Value } from '../codec/index.ts';
import { castText, objectText } from './object-text.ts';
import { fieldsOf, type TableSchema } from './schema.ts';

/** The bucket that rows of a postpone table wait in. */
export const POSTPONE_BUCKET = -2;

const DEFAULT_NAME = '__DEFAULT_PARTITION__';

/** The partition columns in the order of the partition row. */
export function partitionFields(schema: TableSchema): readonly Field[] {
  return fieldsOf(schema, schema.partitionKeys);
}

/**
 * The values of a partition row, in the order of the partition keys. `file` names where the row stands, for
 * errors.
 *
 * Errors  `FILE_CORRUPT` when the row does not fit the partition columns.
 */
export function decodePartition(schema: TableSchema, partition: Uint8Array, file: string): readonly Value[] {
  return decodeRow(
    partitionFields(schema).map((field) => field.type),
    partition,
    file,
  );
}

/** One column of a partition and its text. */
export type PartitionPart = readonly [column: string, text: string];

/**
 * The text of a partition's values, as the table's directories have it, not escaped.
 *
 * Shape   null and blank values give `partition.default-name`. With `partition.legacy-name` (default true) a
 *         DATE is its day number and a TIMESTAMP Java's LocalDateTime text; otherwise values are cast to
 *         STRING, local-zoned timestamps in UTC.
 * Errors  `FEATURE_UNSUPPORTED` for binary columns under legacy names, whose directories even Java cannot
 *         find again.
 * Source  Paimon, utils/InternalRowPartitionComputer.java (generatePartValues).
 */
export function partitionSpec(
  schema: TableSchema,
  values: readonly Value[],
  options: Readonly<Record<string, string>>,
): readonly PartitionPart[] {
  const legacy = (options['partition.legacy-name'] ?? 'true').trim().toLowerCase() !== 'false';
  const fallback = options['partition.default-name'] ?? DEFAULT_NAME;
  return partitionFields(schema).map(({ name, type }, i) => {
    const value = values[i] ?? null;
    const text = value === null ? '' : textOf(name, type, value, legacy);
    return [name, isBlank(text) ? fallback : text];
  });
}

/**
 * The directory of a partition below the table's, without a slash at either end; empty for tables without
 * partitions.
 *
 * Source  Paimon, utils/PartitionPathUtils.java (generatePartitionPath).
 */
export function partitionPath(parts: readonly PartitionPart[]): string {
  return parts.map(([name, text]) => `${escapePathName(name)}=${escapePathName(text)}`).join('/');
}

/**
 * The directory that holds the data files of a bucket.
 *
 * Shape   `tablePath` absolute, without a slash at its end; so is the result.
 * Errors  `PATH_OUTSIDE_TABLE` when `data-file.path-directory` leaves the table; as `decodePartition` and
 *         `partitionSpec`.
 * Source  Paimon, utils/FileStorePathFactory.java (relativeBucketPath).
 */
export function bucketPath(
  tablePath: string,
  schema: TableSchema,
  partition: Uint8Array,
  bucket: number,
  options: Readonly<Record<string, string>>,
): string {
  const values = decodePartition(schema, partition, tablePath);
  const parts = [
    tablePath,
    dataDirectory(options),
    partitionPath(partitionSpec(schema, values, options)),
    `bucket-${bucket === POSTPONE_BUCKET ? 'postpone' : bucket}`,
  ];
  return parts.filter((part) => part !== '').join('/');
}

/** The directory of data below the table: `data-file.path-directory`, empty for the table itself. */
export function dataDirectory(options: Readonly<Record<string, string>>): string {
  const directory = options['data-file.path-directory'] ?? '';
  const parts = directory.split('/').filter((part) => part !== '' && part !== '.');
  if (!directory.startsWith('/') && !parts.includes('..') && !directory.includes('\0'))
    return parts.join('/');
  const message = `Option 'data-file.path-directory' = '${directory}' leaves the table.`;
  throw new LakeError('PATH_OUTSIDE_TABLE', message, { option: 'data-file.path-directory' });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Java escapes
const ESCAPED = /[\x00-\x1f\x7f"#%'*/:=?\\{}[\]^]/g;

/**
 * A name as one step of a path.
 *
 * Source  Paimon, utils/PartitionPathUtils.java (escapePathName).
 */
export function escapePathName(name: string): string {
  return name.replace(ESCAPED, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

// What Character.isWhitespace of Java is true for: not the no-break spaces, but the four separators below
// 0x20.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are blanks to Java
const BLANK = /^[\t-\r\x1c-\x20\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]*$/;

function isBlank(text: string): boolean {
  return BLANK.test(text);
}

function textOf(name: string, type: DataType, value: Value, legacy: boolean): string {
  const text = legacy ? objectText(type, value) : castText(type, value);
  if (text !== undefined) return text;
  const message = `Partition column ${name} of type ${type.kind} has no directory name.`;
  throw unsupported(`${type.kind} partition`, message);
}
