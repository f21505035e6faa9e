// Which rows of a batch a predicate selects: SQL's three-valued logic, Java's order of values.
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import {
  type Batch,
  type BytesVector,
  compareDoubles,
  type IntVector,
  isValid,
  type LongVector,
  stringColumn,
  take,
  type Vector,
  type WideVector,
  wideAt,
} from '../../codec/index.ts';
import type { Literal, Predicate } from '../predicate.ts';
import { likeMatcher } from './like.ts';

/** Truth of a row: and is the minimum, or the maximum, not `TRUE - x`. */
const FALSE = 0;
const UNKNOWN = 1;
const TRUE = 2;

/**
 * The positions of the rows that match, ascending.
 *
 * Shape   the batch must have every column the predicate names. A row matches when the predicate is true;
 *         null compares as unknown. Text compares by its UTF-8 bytes; floats as Java's `Double.compare` (-0
 *         below 0, NaN equal to itself and above all); BINARY by signed bytes, as Java's predicates do.
 * Errors  COLUMN_MISSING; FILTER_INVALID for a literal that is no value of its column.
 * Source  Paimon, predicate/LeafPredicate.java, predicate/CompareUtils.java.
 */
export function selectRows(predicate: Predicate, batch: Batch): Int32Array {
  const truth = evaluate(predicate, batch);
  let count = 0;
  for (let i = 0; i < truth.length; i++) if (truth[i] === TRUE) count++;
  const rows = new Int32Array(count);
  for (let i = 0, to = 0; to < count; i++) if (truth[i] === TRUE) rows[to++] = i;
  return rows;
}

/** The matching rows of a batch; the batch itself when all match. See `selectRows`. */
export function filterBatch(batch: Batch, predicate: Predicate): Batch {
  const rows = selectRows(predicate, batch);
  if (rows.length === batch.rowCount) return batch;
  const columns = batch.columns.map((column) => take(column, rows));
  return { fields: batch.fields, rowCount: rows.length, columns };
}

function evaluate(predicate: Predicate, batch: Batch): Uint8Array {
  const rows = batch.rowCount;
  switch (predicate.kind) {
    case 'true':
      return new Uint8Array(rows).fill(TRUE);
    case 'false':
      return new Uint8Array(rows);
    case 'and':
    case 'or':
      return combine(predicate.kind, predicate.children, batch);
    case 'not':
      return evaluate(predicate.child, batch).map((truth) => TRUE - truth);
    case 'isNull':
    case 'isNotNull': {
      const { vector } = columnOf(batch, predicate.column);
      const wanted = predicate.kind === 'isNotNull';
      const out = new Uint8Array(rows);
      for (let i = 0; i < rows; i++) out[i] = isValid(vector, i) === wanted ? TRUE : FALSE;
      return out;
    }
    default:
      return compare(predicate, batch);
  }
}

function combine(kind: 'and' | 'or', children: readonly Predicate[], batch: Batch): Uint8Array {
  const out = new Uint8Array(batch.rowCount).fill(kind === 'and' ? TRUE : FALSE);
  for (const child of children) {
    const truth = evaluate(child, batch);
    for (let i = 0; i < out.length; i++) {
      const [a, b] = [out[i] as number, truth[i] as number];
      out[i] = kind === 'and' ? Math.min(a, b) : Math.max(a, b);
    }
  }
  return out;
}

interface Column {
  readonly field: Field;
  readonly vector: Vector;
}

function columnOf(batch: Batch, name: string): Column {
  const at = batch.fields.findIndex((field) => field.name === name);
  if (at >= 0) return { field: batch.fields[at] as Field, vector: batch.columns[at] as Vector };
  const names = batch.fields.map((field) => field.name).join(', ');
  throw new LakeError('COLUMN_MISSING', `Column ${name} of the filter is not among ${names}.`, {
    column: name,
  });
}

type Comparison = Exclude<
  Predicate,
  { readonly kind: 'and' | 'or' | 'not' | 'true' | 'false' | 'isNull' | 'isNotNull' }
>;

function compare(predicate: Comparison, batch: Batch): Uint8Array {
  const column = columnOf(batch, predicate.column);
  if (predicate.kind === 'in' && predicate.values.length === 0) return new Uint8Array(batch.rowCount);
  const test = testOf(predicate, column);
  const { vector } = column;
  const out = new Uint8Array(batch.rowCount);
  for (let i = 0; i < out.length; i++) {
    out[i] = isValid(vector, i) ? (test(i) ? TRUE : FALSE) : UNKNOWN;
  }
  return out;
}

/** Tests row `i`, which is not null. */
type Test = (i: number) => boolean;

function testOf(predicate: Comparison, column: Column): Test {
  if (predicate.kind === 'like') {
    if (!isText(column.field.type)) {
      const { name, type } = column.field;
      throw new LakeError('FILTER_INVALID', `LIKE needs text, but column ${name} is ${type.kind}.`, {
        column: name,
      });
    }
    const matches = likeMatcher(predicate.pattern);
    const text = stringColumn(column.vector as BytesVector);
    return (i) => matches(text(i));
  }
  if (predicate.kind === 'in') return inTest(predicate.values, column);
  return orderTest(predicate.kind, orderTo(predicate.value, column));
}

function orderTest(kind: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge', order: Order): Test {
  switch (kind) {
    case 'eq':
      return (i) => order(i) === 0;
    case 'ne':
      return (i) => order(i) !== 0;
    case 'lt':
      return (i) => order(i) < 0;
    case 'le':
      return (i) => order(i) <= 0;
    case 'gt':
      return (i) => order(i) > 0;
    case 'ge':
      return (i) => order(i) >= 0;
  }
}

/** Literals of an IN list compared one by one; longer lists are looked up. */
const IN_LINEAR_MAX = 8;

function inTest(values: readonly Literal[], column: Column): Test {
  if (values.length <= IN_LINEAR_MAX || !isWhole(column.vector)) {
    const orders = values.map((value) => orderTo(value, column));
    return (i) => orders.some((order) => order(i) === 0);
  }
  for (const value of values) checkLiteral(value, column.field);
  const { vector } = column;
  if (vector.layout === 'bytes') {
    const key = (bytes: Uint8Array): string =>
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const known = new Set(values.map((value) => key(bytesOf(value))));
    const { offsets } = vector;
    return (i) => known.has(key(vector.values.subarray(offsets[i], offsets[i + 1])));
  }
  const known = new Set<Literal>(values);
  if (vector.layout === 'i128') return (i) => known.has(wideAt(vector, i));
  const cells = (vector as IntVector | LongVector).values;
  return (i) => known.has(cells[i] as number | bigint);
}

/** Layouts whose equal values are equal as members of a Set. */
function isWhole({ layout }: Vector): boolean {
  return layout === 'bytes' || layout === 'i128' || layout === 'i64' || /^i(8|16|32)$/.test(layout);
}

/** Compares row `i` with a literal. */
type Order = (i: number) => number;

function orderTo(literal: Literal, { field, vector }: Column): Order {
  checkLiteral(literal, field);
  switch (vector.layout) {
    case 'bool': {
      const wanted = literal ? 1 : 0;
      return (i) => (((vector.values[i >> 3] as number) >> (i & 7)) & 1) - wanted;
    }
    case 'i8':
    case 'i16':
    case 'i32': {
      const wanted = literal as number;
      return (i) => (vector.values[i] as number) - wanted;
    }
    case 'f32':
    case 'f64':
      return (i) => compareDoubles(vector.values[i] as number, literal as number);
    case 'i64':
      return longOrder(vector.values, literal as bigint);
    case 'i128':
      return (i) => sign(wideAt(vector as WideVector, i), literal as bigint);
    case 'bytes':
      return bytesOrder(vector, bytesOf(literal), isText(field.type));
    default:
      throw unfit(literal, field);
  }
}

function sign(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By 32-bit words, so that no row makes a bigint. */
function longOrder(values: BigInt64Array, literal: bigint): Order {
  if (BigInt.asIntN(64, literal) !== literal) return () => (literal > 0n ? -1 : 1);
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const high = Number(literal >> 32n);
  const low = Number(literal & 0xffffffffn);
  return (i) => (words[2 * i + 1] as number) - high || ((words[2 * i] as number) >>> 0) - low;
}

function bytesOrder({ values, offsets }: BytesVector, wanted: Uint8Array, unsigned: boolean): Order {
  const flip = unsigned ? 0 : 0x80;
  return (i) => {
    const start = offsets[i] as number;
    const length = (offsets[i + 1] as number) - start;
    const shorter = Math.min(length, wanted.length);
    for (let k = 0; k < shorter; k++) {
      // Flipping the highest bit orders bytes as signed ones.
      const difference = ((values[start + k] as number) ^ flip) - ((wanted[k] as number) ^ flip);
      if (difference !== 0) return difference;
    }
    return length - wanted.length;
  };
}

const utf8 = new TextEncoder();

function bytesOf(literal: Literal): Uint8Array {
  return typeof literal === 'string' ? utf8.encode(literal) : (literal as Uint8Array);
}

function isText(type: DataType): boolean {
  return type.kind === 'CHAR' || type.kind === 'VARCHAR';
}

/** Fails unless the literal has the memory form of its column's type. */
function checkLiteral(literal: Literal, field: Field): void {
  const form = formOf(field.type);
  const fits = form === 'bytes' ? literal instanceof Uint8Array : typeof literal === form;
  if (!fits) throw unfit(literal, field);
}

function formOf(type: DataType): 'boolean' | 'number' | 'bigint' | 'string' | 'bytes' | undefined {
  switch (type.kind) {
    case 'BOOLEAN':
      return 'boolean';
    case 'BIGINT':
    case 'DECIMAL':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return 'bigint';
    case 'CHAR':
    case 'VARCHAR':
      return 'string';
    case 'BINARY':
    case 'VARBINARY':
      return 'bytes';
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      return undefined;
    default:
      return 'number';
  }
}

function unfit(literal: Literal, { name, type }: Field): LakeError {
  const what = typeof literal === 'object' ? 'bytes' : `${typeof literal} ${literal}`;
  const message = `Column ${name} of type ${type.kind} cannot be compared with ${what}.`;
  return new LakeError('FILTER_INVALID', message, { column: name });
}
