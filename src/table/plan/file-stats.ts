// Statistics of data files read as the table's columns of today: found by field id, and only where types still say the same.
import type { DataType, Field } from '../../base/index.ts';
import { decodeRow, type Value } from '../../codec/index.ts';
import type { DataFileMeta, Predicate, SimpleStats, TableSchema } from '../../format/index.ts';
import { type ColumnStats, mayMatch } from './stats-match.ts';

/** Schemas by id, as they are needed; undefined when one cannot be had without waiting: then nothing is pruned. */
export type SchemaOf = (id: number) => TableSchema | undefined;

/** The statistics of one file by column of the table's schema. */
type StatsOf = (column: string) => ColumnStats | undefined;

/**
 * Tests a condition against the value statistics of files.
 *
 * Shape   true: rows of the file may match. Columns that the file lacks hold only nulls.
 * Source  Paimon, stats/SimpleStatsEvolution.java, SimpleStatsEvolutions.java (filterUnsafeFilter).
 */
export function valueStatsTest(
  predicate: Predicate,
  table: TableSchema,
  schemaOf: SchemaOf,
): (file: DataFileMeta) => boolean {
  return (file) => {
    const schema = schemaOf(file.schemaId);
    if (schema === undefined) return true;
    const names = file.valueStatsCols ?? file.writeCols ?? schema.fields.map((field) => field.name);
    return mayMatch(predicate, file.rowCount, evolvedStats(file.valueStats, names, table, schema, file));
  };
}

/** The same over the statistics of the trimmed primary key. */
export function keyStatsTest(
  predicate: Predicate,
  table: TableSchema,
  schemaOf: SchemaOf,
  keyNamesOf: (schema: TableSchema) => readonly string[],
): (file: DataFileMeta) => boolean {
  return (file) => {
    const schema = schemaOf(file.schemaId);
    if (schema === undefined) return true;
    return mayMatch(
      predicate,
      file.rowCount,
      evolvedStats(file.keyStats, keyNamesOf(schema), table, schema, file),
    );
  };
}

function evolvedStats(
  stats: SimpleStats,
  names: readonly string[],
  table: TableSchema,
  fileSchema: TableSchema,
  file: DataFileMeta,
): StatsOf {
  let decoded: { readonly min: readonly Value[]; readonly max: readonly Value[] } | undefined;
  const types = (): readonly DataType[] => names.map((name) => fieldNamed(fileSchema, name).type);
  return (column) => {
    const wanted = table.fields.find((field) => field.name === column);
    if (wanted === undefined) return undefined;
    const stored = fileSchema.fields.find((field) => field.id === wanted.id);
    if (stored === undefined) return { type: wanted.type, min: null, max: null, nullCount: file.rowCount };
    const at = names.indexOf(stored.name);
    if (at < 0 || stats.minValues.length === 0) return undefined;
    const all = types();
    decoded ??= {
      min: decodeRow(all, stats.minValues, file.fileName),
      max: decodeRow(all, stats.maxValues, file.fileName),
    };
    const read = comparable(stored.type, wanted.type);
    if (read === undefined) return undefined;
    return {
      type: wanted.type,
      min: read(decoded.min[at] ?? null),
      max: read(decoded.max[at] ?? null),
      nullCount: stats.nullCounts?.[at],
    };
  };
}

function fieldNamed(schema: TableSchema, name: string): Field {
  const field = schema.fields.find((f) => f.name === name);
  if (field === undefined)
    throw new Error(`statistics name the column ${name}, which schema ${schema.id} lacks`);
  return field;
}

const INTEGERS: readonly string[] = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'];

/** How a bound of the file's type reads as one of the table's type; undefined when the order may differ. */
function comparable(from: DataType, to: DataType): ((value: Value) => Value) | undefined {
  const integers = [INTEGERS.indexOf(from.kind), INTEGERS.indexOf(to.kind)] as const;
  if (integers[0] >= 0 && integers[1] >= integers[0]) {
    return to.kind === 'BIGINT'
      ? (value) => (typeof value === 'number' ? BigInt(value) : value)
      : (value) => value;
  }
  if (from.kind !== to.kind) return undefined;
  switch (from.kind) {
    case 'DECIMAL':
      return to.kind === 'DECIMAL' && from.scale === to.scale ? (value) => value : undefined;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return to.kind === from.kind && from.precision === to.precision ? (value) => value : undefined;
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return to.kind === from.kind && to.length >= from.length ? (value) => value : undefined;
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      return undefined;
    default:
      return (value) => value;
  }
}
