// Statistics of a data file, told in the columns its table has now: found by field id, whatever the columns
// were called then.
import { corrupt, type DataType, type Field, sameType } from '../../base/index.ts';
import { decodeCell, resolveCast, type Value, valueAt, vectorOf } from '../../codec/index.ts';
import type { DataFileMeta, SimpleStats } from '../manifest/index.ts';
import { type TableSchema, trimmedPrimaryKeys } from '../schema.ts';
import type { ColumnStats, StatsOf } from './may-match.ts';

/**
 * Reads the statistics of files written with one schema as columns of another.
 *
 * Shape   one for each pair of schemas; files are handed in one after the other. Cells are decoded when a
 *         column is asked for. A column the files lack holds only nulls. A column without statistics is
 *         unknown.
 * Errors  `FILE_CORRUPT` when statistics name no column of the file's schema or their bytes are damaged.
 * Source  Paimon, stats/SimpleStatsEvolution.java, stats/SimpleStatsEvolutions.java.
 */
export class StatsEvolution {
  readonly #table: readonly Field[];
  readonly #tableByName: ReadonlyMap<string, Field>;
  readonly #fileById: ReadonlyMap<number, Field>;
  readonly #known: ReadonlySet<string>;
  readonly #allNames: readonly string[];
  readonly #keyNames: readonly string[];
  /** Where the names of the file before stand in its statistics: neighbours share their list. */
  #last: { names: readonly string[]; positions: ReadonlyMap<string, number> } | undefined;

  constructor(table: TableSchema, file: TableSchema) {
    this.#table = table.fields;
    // Of fields with the same name or id the first counts.
    this.#tableByName = new Map(table.fields.toReversed().map((field) => [field.name, field]));
    this.#fileById = new Map(file.fields.toReversed().map((field) => [field.id, field]));
    this.#allNames = file.fields.map((field) => field.name);
    this.#known = new Set(this.#allNames);
    this.#keyNames = trimmedPrimaryKeys(file);
  }

  /** Statistics to prune by: undefined for a column whose order changed with its type, too. */
  valueStats(file: DataFileMeta): StatsOf {
    return this.#prunable(file, file.valueStats, file.valueStatsCols ?? file.writeCols ?? this.#allNames);
  }

  /** The same from the statistics of the trimmed primary key. */
  keyStats(file: DataFileMeta): StatsOf {
    return this.#prunable(file, file.keyStats, this.#keyNames);
  }

  /**
   * All columns of the table in order, bounds cast to its types: what `$files` shows. Bounds Java cannot cast
   * are null.
   *
   * Errors  also `VALUE_CAST_FAILED`, where Java fails too.
   */
  describe(file: DataFileMeta): readonly ColumnStats[] {
    const names = file.valueStatsCols ?? file.writeCols ?? this.#allNames;
    return this.#table.map((wanted) => {
      const found = this.#find(file, file.valueStats, names, wanted);
      if (found === 'absent') return allNull(wanted.type, file.rowCount);
      if (found === undefined) return { type: wanted.type, min: null, max: null, nullCount: undefined };
      const cast = (value: Value): Value => castCell(found.stored.type, wanted.type, value);
      return { type: wanted.type, min: cast(found.min), max: cast(found.max), nullCount: found.nullCount };
    });
  }

  #prunable(file: DataFileMeta, stats: SimpleStats, names: readonly string[]): StatsOf {
    return (column) => {
      const wanted = this.#tableByName.get(column);
      if (wanted === undefined) return undefined;
      const found = this.#find(file, stats, names, wanted);
      if (found === 'absent') return allNull(wanted.type, file.rowCount);
      const read = found && orderKept(found.stored.type, wanted.type);
      if (found === undefined || read === undefined) return undefined;
      return { type: wanted.type, min: read(found.min), max: read(found.max), nullCount: found.nullCount };
    };
  }

  #find(
    file: DataFileMeta,
    stats: SimpleStats,
    names: readonly string[],
    wanted: Field,
  ): { stored: Field; min: Value; max: Value; nullCount: bigint | undefined } | 'absent' | undefined {
    const stored = this.#fileById.get(wanted.id);
    if (stored === undefined) return 'absent';
    const at = this.#positionsOf(names, file.fileName).get(stored.name);
    // No bytes at all: the plan left statistics in the manifest.
    if (at === undefined || stats.minValues.length === 0) return undefined;
    const min = decodeCell(stored.type, at, stats.minValues, file.fileName);
    const max = decodeCell(stored.type, at, stats.maxValues, file.fileName);
    // Statistics that were dropped are rows without fields.
    if (min === undefined || max === undefined) return undefined;
    return { stored, min, max, nullCount: stats.nullCounts?.[at] };
  }

  #positionsOf(names: readonly string[], file: string): ReadonlyMap<string, number> {
    if (this.#last?.names !== names) {
      const stranger = names.find((name) => !this.#known.has(name) && !isSystemColumn(name));
      if (stranger !== undefined)
        throw corrupt(file, undefined, `statistics name an unknown column ${stranger}`);
      this.#last = { names, positions: new Map(names.map((name, i) => [name, i])) };
    }
    return this.#last.positions;
  }
}

/** Columns of row tracking that files may hold beside those of the schema. */
function isSystemColumn(name: string): boolean {
  return name === '_ROW_ID' || name === '_SEQUENCE_NUMBER';
}

function allNull(type: DataType, rowCount: bigint): ColumnStats {
  return { type, min: null, max: null, nullCount: rowCount };
}

function castCell(from: DataType, to: DataType, value: Value): Value {
  if (value === null || sameType(from, to)) return value;
  const cast = resolveCast(from, to);
  return cast === undefined ? null : valueAt(cast(vectorOf(from, [value])), 0);
}

const INTEGERS: readonly string[] = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'];

/**
 * How a bound in the file's type reads as one in the table's type; undefined when values may be ordered
 * otherwise, changed or lost by the cast between them.
 */
function orderKept(from: DataType, to: DataType): ((value: Value) => Value) | undefined {
  const narrow = INTEGERS.indexOf(from.kind);
  if (narrow >= 0 && INTEGERS.indexOf(to.kind) >= narrow) {
    return to.kind === 'BIGINT' && from.kind !== 'BIGINT' ? toBigint : same;
  }
  if (from.kind === 'FLOAT' && to.kind === 'DOUBLE') return same;
  if (from.kind !== to.kind) return undefined;
  switch (to.kind) {
    case 'DECIMAL':
      return from.kind === 'DECIMAL' && from.scale === to.scale && from.precision <= to.precision
        ? same
        : undefined;
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return sameType(from, to) ? same : undefined;
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return (from as typeof to).length <= to.length ? same : undefined;
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      return undefined;
    default:
      return same;
  }
}

function same(value: Value): Value {
  return value;
}

function toBigint(value: Value): Value {
  return typeof value === 'number' ? BigInt(value) : value;
}
