// DuckDB's types as plain data, and how each becomes one of Paimon's: `paimonTypeOf` when nobody said what a
// result is, `shapeOf` when the type is known. A shape says how DuckDB's values turn into a vector; both
// bridges follow it.
import { type DataType, type Field, LENGTH_MAX } from '../../base/index.ts';
import { type Layout, layoutOf } from '../../codec/index.ts';

/**
 * A DuckDB type.
 *
 * Shape   `name` as DuckDB prints the head of it (`DECIMAL`, `LIST`, `TIMESTAMP_NS`, `TIMESTAMP_TZ`);
 *         `fields` of a STRUCT; `element` of LIST and ARRAY; `key` and `value` of a MAP.
 */
export interface DuckType {
  readonly name: string;
  readonly precision?: number;
  readonly scale?: number;
  readonly size?: number;
  readonly element?: DuckType;
  readonly key?: DuckType;
  readonly value?: DuckType;
  readonly fields?: readonly { readonly name: string; readonly type: DuckType }[];
}

/** How the bytes of one DuckDB value lie in memory. */
export type FixedSource =
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'
  | 'i128'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'f32'
  | 'f64';

/**
 * How a DuckDB column turns into a vector.
 *
 * Shape   `fixed`: a number of `source` bytes; `convert` is `none` (same bytes), `times` (value x `factor`),
 *         `time` (microseconds to milliseconds of the day) or `timetz` (the same, out of DuckDB's packed time
 *         with zone). `int96`: 12 bytes, nanoseconds of the day and Julian day, as nanoseconds (i128) or
 *         microseconds (i64). `array`: a list of always `size` elements.
 */
export type Shape =
  | { readonly kind: 'bool' }
  | FixedShape
  | { readonly kind: 'bytes' }
  | { readonly kind: 'int96'; readonly layout: 'i64' | 'i128' }
  | { readonly kind: 'list'; readonly child: Shape }
  | { readonly kind: 'array'; readonly size: number; readonly child: Shape }
  | { readonly kind: 'struct'; readonly children: readonly Shape[]; readonly names: readonly string[] };

export interface FixedShape {
  readonly kind: 'fixed';
  readonly source: FixedSource;
  readonly layout: Exclude<Layout, 'bool' | 'bytes' | 'list' | 'struct'>;
  readonly convert: 'none' | 'times' | 'time' | 'timetz';
  readonly factor: bigint;
}

/** Bytes of one value of a fixed source. */
export const SOURCE_BYTES: Readonly<Record<FixedSource, number>> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  f32: 4,
  i64: 8,
  u64: 8,
  f64: 8,
  i128: 16,
};

/** DuckDB type name -> the bytes it is stored in, and what kind of value they are. */
const NUMBERS: Readonly<Record<string, readonly [FixedSource, Family]>> = {
  TINYINT: ['i8', 'integer'],
  SMALLINT: ['i16', 'integer'],
  INTEGER: ['i32', 'integer'],
  BIGINT: ['i64', 'integer'],
  HUGEINT: ['i128', 'integer'],
  UTINYINT: ['u8', 'integer'],
  USMALLINT: ['u16', 'integer'],
  UINTEGER: ['u32', 'integer'],
  UBIGINT: ['u64', 'integer'],
  FLOAT: ['f32', 'float'],
  DOUBLE: ['f64', 'float'],
  DATE: ['i32', 'date'],
  TIME: ['i64', 'time'],
  TIME_TZ: ['i64', 'time'],
  TIMESTAMP: ['i64', 'timestamp'],
  TIMESTAMP_TZ: ['i64', 'timestamp'],
  TIMESTAMP_S: ['i64', 'timestamp'],
  TIMESTAMP_MS: ['i64', 'timestamp'],
  TIMESTAMP_NS: ['i64', 'timestamp'],
};
type Family = 'integer' | 'float' | 'date' | 'time' | 'timestamp' | 'decimal';

/** Nanoseconds of one unit of each timestamp type. */
const NANOS: Readonly<Record<string, bigint>> = {
  TIMESTAMP: 1000n,
  TIMESTAMP_TZ: 1000n,
  TIMESTAMP_S: 1_000_000_000n,
  TIMESTAMP_MS: 1_000_000n,
  TIMESTAMP_NS: 1n,
};

const FAMILY_OF_KIND: Readonly<Partial<Record<DataType['kind'], Family>>> = {
  TINYINT: 'integer',
  SMALLINT: 'integer',
  INT: 'integer',
  BIGINT: 'integer',
  FLOAT: 'float',
  DOUBLE: 'float',
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_LTZ: 'timestamp',
  DECIMAL: 'decimal',
};

/** How values of `source` become vectors of `target`; undefined when DuckDB has to cast first. */
export function shapeOf(source: DuckType, target: DataType): Shape | undefined {
  switch (target.kind) {
    case 'BOOLEAN':
      return source.name === 'BOOLEAN' ? { kind: 'bool' } : undefined;
    case 'CHAR':
    case 'VARCHAR':
      return source.name === 'VARCHAR' || source.name === 'BLOB' ? { kind: 'bytes' } : undefined;
    case 'BINARY':
    case 'VARBINARY':
      return source.name === 'VARCHAR' || source.name === 'BLOB' ? { kind: 'bytes' } : undefined;
    case 'ARRAY':
      return listShape(source, target.element);
    case 'MAP':
      return mapShape(source, target.key, target.value);
    case 'MULTISET':
      return mapShape(source, target.element, { kind: 'INT', nullable: false });
    case 'ROW':
      return structShape(source, target.fields);
    default:
      return numberShape(source, target);
  }
}

function listShape(source: DuckType, element: DataType): Shape | undefined {
  if ((source.name !== 'LIST' && source.name !== 'ARRAY') || source.element === undefined) return undefined;
  const child = shapeOf(source.element, element);
  if (child === undefined) return undefined;
  return source.name === 'LIST' ? { kind: 'list', child } : { kind: 'array', size: source.size ?? 0, child };
}

function mapShape(source: DuckType, key: DataType, value: DataType): Shape | undefined {
  if (source.name !== 'MAP' || source.key === undefined || source.value === undefined) return undefined;
  const keys = shapeOf(source.key, key);
  const values = shapeOf(source.value, value);
  if (keys === undefined || values === undefined) return undefined;
  return {
    kind: 'list',
    child: { kind: 'struct', children: [keys, values], names: ['key', 'value'] },
  };
}

function structShape(source: DuckType, fields: readonly Field[]): Shape | undefined {
  const from = source.fields;
  if (source.name !== 'STRUCT' || from === undefined || from.length !== fields.length) return undefined;
  const children: Shape[] = [];
  for (const [i, field] of fields.entries()) {
    const member = from[i] as { readonly name: string; readonly type: DuckType };
    const named = member.name === field.name || isRenamed(member.name, field.name, fields);
    const child = named ? shapeOf(member.type, field.type) : undefined;
    if (child === undefined) return undefined;
    children.push(child);
  }
  // The names by which values are found: DuckDB's.
  return { kind: 'struct', children, names: from.map((f) => f.name) };
}

/** DuckDB does not tell `a` from `A`: when a file has such fields, later ones are called `A_1`, `A_2`, ... */
function isRenamed(name: string, written: string, fields: readonly Field[]): boolean {
  if (!name.startsWith(`${written}_`) || !/^_[0-9]+$/.test(name.slice(written.length))) return false;
  return new Set(fields.map((f) => f.name.toLowerCase())).size < fields.length;
}

function numberShape(source: DuckType, target: DataType): Shape | undefined {
  const layout = layoutOf(target) as FixedShape['layout'];
  const family = FAMILY_OF_KIND[target.kind];
  if (source.name === 'BLOB' && family === 'timestamp')
    return { kind: 'int96', layout: layout as 'i64' | 'i128' };
  if (source.name === 'DECIMAL')
    return target.kind === 'DECIMAL' ? decimalShape(source, target, layout) : undefined;
  const number = NUMBERS[source.name];
  if (number === undefined) return undefined;
  const [bytes, from] = number;
  if (family === 'decimal') {
    const whole =
      from === 'integer' && target.kind === 'DECIMAL' && target.scale === 0 && target.precision > 18;
    return whole ? fixed(bytes, layout, 'none') : undefined;
  }
  if (from === 'time' && family === 'time')
    return fixed(bytes, layout, source.name === 'TIME' ? 'time' : 'timetz');
  if (family === 'time' && source.name === 'INTEGER') return fixed(bytes, layout, 'none');
  if (from !== family) return undefined;
  if (family === 'timestamp') return timestampShape(source, layout);
  return fits(bytes, layout) ? fixed(bytes, layout, 'none') : undefined;
}

function decimalShape(
  source: DuckType,
  target: DataType & { kind: 'DECIMAL' },
  layout: FixedShape['layout'],
) {
  const precision = source.precision ?? 0;
  if (source.scale !== target.scale || precision > target.precision) return undefined;
  const bytes: FixedSource =
    precision <= 4 ? 'i16' : precision <= 9 ? 'i32' : precision <= 18 ? 'i64' : 'i128';
  return fixed(bytes, layout, 'none');
}

function timestampShape(source: DuckType, layout: FixedShape['layout']): Shape | undefined {
  const nanos = NANOS[source.name] as bigint;
  if (layout === 'i128') return fixed('i64', layout, nanos === 1n ? 'none' : 'times', nanos);
  if (nanos < 1000n) return undefined;
  return fixed('i64', layout, nanos === 1000n ? 'none' : 'times', nanos / 1000n);
}

function fixed(
  source: FixedSource,
  layout: FixedShape['layout'],
  convert: FixedShape['convert'],
  factor = 1n,
): FixedShape {
  return { kind: 'fixed', source, layout, convert, factor };
}

/** True when every value of the source fits the layout without a change of meaning. */
function fits(source: FixedSource, layout: FixedShape['layout']): boolean {
  if (source === layout) return true;
  if (layout === 'f32' || layout === 'f64' || source === 'f32' || source === 'f64') return false;
  const unsigned = source.startsWith('u');
  return SOURCE_BYTES[source] + (unsigned ? 1 : 0) <= SOURCE_BYTES[layout];
}

const BYTES_TYPES: Readonly<Record<string, DataType>> = {
  VARCHAR: { kind: 'VARCHAR', nullable: true, length: LENGTH_MAX },
  BLOB: { kind: 'VARBINARY', nullable: true, length: LENGTH_MAX },
};

const NUMBER_TYPES: Readonly<Record<string, DataType>> = {
  BOOLEAN: { kind: 'BOOLEAN', nullable: true },
  TINYINT: { kind: 'TINYINT', nullable: true },
  SMALLINT: { kind: 'SMALLINT', nullable: true },
  INTEGER: { kind: 'INT', nullable: true },
  BIGINT: { kind: 'BIGINT', nullable: true },
  UTINYINT: { kind: 'SMALLINT', nullable: true },
  USMALLINT: { kind: 'INT', nullable: true },
  UINTEGER: { kind: 'BIGINT', nullable: true },
  UBIGINT: { kind: 'DECIMAL', nullable: true, precision: 20, scale: 0 },
  HUGEINT: { kind: 'DECIMAL', nullable: true, precision: 38, scale: 0 },
  FLOAT: { kind: 'FLOAT', nullable: true },
  DOUBLE: { kind: 'DOUBLE', nullable: true },
  DATE: { kind: 'DATE', nullable: true },
  TIME: { kind: 'TIME', nullable: true, precision: 3 },
  TIMESTAMP_S: { kind: 'TIMESTAMP', nullable: true, precision: 0 },
  TIMESTAMP_MS: { kind: 'TIMESTAMP', nullable: true, precision: 3 },
  TIMESTAMP: { kind: 'TIMESTAMP', nullable: true, precision: 6 },
  TIMESTAMP_NS: { kind: 'TIMESTAMP', nullable: true, precision: 9 },
  TIMESTAMP_TZ: { kind: 'TIMESTAMP_LTZ', nullable: true, precision: 6 },
};

/**
 * The Paimon type a result column of this type is given when the caller names none.
 *
 * Shape   unsigned integers take the next wider type, UBIGINT and HUGEINT become DECIMAL(20,0) and
 *         DECIMAL(38,0), fixed-size arrays become arrays. Types Paimon has no counterpart for (UUID, ENUM,
 *         INTERVAL, BIT, UHUGEINT, UNION, TIME WITH TIME ZONE, ...) become VARCHAR with the text DuckDB
 *         prints.
 * Limits  TIME loses its microseconds; a HUGEINT beyond 38 digits keeps its value in the vector.
 */
export function paimonTypeOf(type: DuckType): DataType {
  if (type.name === 'DECIMAL') {
    return { kind: 'DECIMAL', nullable: true, precision: type.precision ?? 38, scale: type.scale ?? 0 };
  }
  if (type.element !== undefined)
    return { kind: 'ARRAY', nullable: true, element: paimonTypeOf(type.element) };
  if (type.key !== undefined && type.value !== undefined) {
    const key = { ...paimonTypeOf(type.key), nullable: false };
    return { kind: 'MAP', nullable: true, key, value: paimonTypeOf(type.value) };
  }
  if (type.name === 'STRUCT' && type.fields !== undefined) {
    const fields = type.fields.map((f, id) => ({ id, name: f.name, type: paimonTypeOf(f.type) }));
    return { kind: 'ROW', nullable: true, fields };
  }
  return NUMBER_TYPES[type.name] ?? BYTES_TYPES[type.name] ?? (BYTES_TYPES.VARCHAR as DataType);
}
