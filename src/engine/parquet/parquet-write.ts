// Rows of a staged table as a Parquet file of Paimon's: its types, its column names, its field ids. What the
// engine would write another way than Paimon is refused.
import { type DataType, type Field, unsupported } from '../../base/index.ts';
import type { Engine } from '../engine.ts';
import { duckTypeOf, quoteName, quoteText } from '../sql-text.ts';

/** One column of the file: the stage's column it comes from, and the field it is written as. */
export interface ParquetColumn {
  readonly source: string;
  readonly field: Field;
}

/**
 * What to write.
 *
 * Shape   rows of `stage` in the order they were appended. `path` absolute, in a directory that exists.
 *         `compression` as Paimon's option `file.compression` names it.
 */
export interface ParquetWrite {
  readonly stage: string;
  readonly columns: readonly ParquetColumn[];
  readonly path: string;
  readonly compression: string;
  readonly zstdLevel: number;
  readonly signal?: AbortSignal | undefined;
}

/** Paimon's names of codecs, and the engine's. */
const CODECS: Readonly<Record<string, string>> = {
  zstd: 'ZSTD',
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  none: 'UNCOMPRESSED',
  uncompressed: 'UNCOMPRESSED',
};

/** Rows of one row group: the engine's own default, a multiple of its vectors. */
const ROW_GROUP_ROWS = 122_880;

/** Where the ids of list elements and map entries begin. Source: Paimon, table/SpecialFields.java. */
const NESTED_ID_BASE = 536870911;
const NESTED_ID_STEP = 1024;

/**
 * Writes the file. It is complete, but not synced, when this returns.
 *
 * Errors  FEATURE_UNSUPPORTED as `checkParquetWrite`; DISK_EXHAUSTED; CANCELLED.
 * Source  Paimon, format/parquet/ParquetSchemaConverter.java for types and ids.
 */
export async function writeParquet(engine: Engine, write: ParquetWrite): Promise<void> {
  const { columns, compression, zstdLevel } = write;
  const codec = codecOf(compression);
  const selected = columns.map(({ source, field }) => {
    const type = writtenType(field.type, field.name);
    return `CAST(${quoteName(source)} AS ${type}) AS ${quoteName(field.name)}`;
  });
  const ids = columns.map(
    ({ field }) => `${quoteText(field.name)}: ${fieldIds(field.type, field.id, field.id, 0)}`,
  );
  const options = [
    'FORMAT parquet',
    `COMPRESSION ${codec}`,
    ...(codec === 'ZSTD' ? [`COMPRESSION_LEVEL ${zstdLevel}`] : []),
    `ROW_GROUP_SIZE ${ROW_GROUP_ROWS}`,
    'USE_TMP_FILE false',
    `FIELD_IDS {${ids.join(', ')}}`,
  ];
  const rows = `SELECT ${selected.join(', ')} FROM ${quoteName(write.stage)}`;
  const sql = `COPY (${rows}) TO ${quoteText(write.path)} (${options.join(', ')})`;
  const signal = write.signal === undefined ? {} : { signal: write.signal };
  for await (const _ of engine.query(sql, signal)) {
    // The result is the number of rows, which the caller knows.
  }
}

/**
 * Refuses what cannot be written as Paimon writes it.
 *
 * Errors  FEATURE_UNSUPPORTED naming the type and column, or the codec.
 */
export function checkParquetWrite(fields: readonly Field[], compression: string): void {
  codecOf(compression);
  for (const field of fields) writtenType(field.type, field.name);
  checkNames(fields);
}

function codecOf(compression: string): string {
  const codec = CODECS[compression.trim().toLowerCase()];
  if (codec !== undefined) return codec;
  const text = `Parquet files with 'file.compression' = '${compression}' cannot be written by this version.`;
  throw unsupported('file.compression', text);
}

/** The engine compares names without case; Paimon does not. */
function checkNames(fields: readonly Field[]): void {
  const seen = new Set<string>();
  for (const { name, type } of fields) {
    const folded = name.toLowerCase();
    if (seen.has(folded)) {
      throw unsupported('column names', `Columns that differ in case only (${name}) cannot be written.`);
    }
    seen.add(folded);
    for (const inner of nestedFields(type)) checkNames(inner);
  }
}

function nestedFields(type: DataType): readonly (readonly Field[])[] {
  switch (type.kind) {
    case 'ROW':
      return [type.fields];
    case 'ARRAY':
    case 'MULTISET':
      return nestedFields(type.element);
    case 'MAP':
      return [...nestedFields(type.key), ...nestedFields(type.value)];
    default:
      return [];
  }
}

/** The engine's type that becomes Paimon's in the file. */
function writtenType(type: DataType, column: string): string {
  switch (type.kind) {
    case 'TIMESTAMP':
      if (type.precision <= 3) return 'TIMESTAMP_MS';
      if (type.precision <= 6) return 'TIMESTAMP';
      throw refused(`TIMESTAMP(${type.precision})`, column);
    case 'TIMESTAMP_LTZ':
      if (type.precision > 3 && type.precision <= 6) return 'TIMESTAMPTZ';
      throw refused(`TIMESTAMP(${type.precision}) WITH LOCAL TIME ZONE`, column);
    case 'TIME':
      throw refused('TIME', column);
    case 'ARRAY':
      return `${writtenType(type.element, column)}[]`;
    case 'MAP':
      return `MAP(${writtenType(type.key, column)}, ${writtenType(type.value, column)})`;
    case 'MULTISET':
      return `MAP(${writtenType(type.element, column)}, INTEGER)`;
    case 'ROW': {
      if (type.fields.length === 0) throw refused('ROW without fields', column);
      const members = type.fields.map((f) => `${quoteName(f.name)} ${writtenType(f.type, column)}`);
      return `STRUCT(${members.join(', ')})`;
    }
    default:
      return duckTypeOf(type);
  }
}

function refused(what: string, column: string): Error {
  return unsupported(what, `Column ${column}: ${what} cannot be written to Parquet by this version.`);
}

/**
 * The ids of a column and all below it. `owner`: the id of the nearest real field, from which the ids of
 * elements, keys and values are computed; `depth`: how many of these lie between.
 */
function fieldIds(type: DataType, id: number, owner: number, depth: number): string {
  const below = depth + 1;
  const up = NESTED_ID_BASE + NESTED_ID_STEP * owner + below;
  const down = NESTED_ID_BASE - NESTED_ID_STEP * owner - below;
  switch (type.kind) {
    case 'ARRAY':
      return group(id, [`element: ${fieldIds(type.element, up, owner, below)}`]);
    case 'MAP':
      return group(id, [
        `key: ${fieldIds(type.key, down, owner, below)}`,
        `value: ${fieldIds(type.value, up, owner, below)}`,
      ]);
    case 'MULTISET':
      return group(id, [`key: ${fieldIds(type.element, down, owner, below)}`, `value: ${up}`]);
    case 'ROW':
      return group(
        id,
        type.fields.map((f) => `${quoteText(f.name)}: ${fieldIds(f.type, f.id, f.id, 0)}`),
      );
    default:
      return String(id);
  }
}

function group(id: number, members: readonly string[]): string {
  return `{__duckdb_field_id: ${id}, ${members.join(', ')}}`;
}
