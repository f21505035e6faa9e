// Values held against their columns before anything is written: nulls, lengths, digits, text that is text.
import { isAscii, isUtf8 } from 'node:buffer';
import { type DataType, type Field, printType } from '../../base/index.ts';
import {
  type Batch,
  type BytesVector,
  type IntVector,
  isValid,
  type LongVector,
  type Value,
  type Vector,
  valueAt,
} from '../../codec/index.ts';
import type { BadCells } from './bad-rows.ts';

/**
 * Finds the rows of a batch with a value that its column cannot hold.
 *
 * Shape   columns in the order of the batch's fields, laid out as their types say. `required`: columns that
 *         take no null. Rows that are in `bad` already are left as they are.
 */
export function checkBatch(batch: Batch, required: ReadonlySet<string>, bad: BadCells): void {
  batch.fields.forEach((field, c) => {
    const nullable = field.type.nullable && !required.has(field.name);
    checkColumn({ ...field, type: { ...field.type, nullable } }, batch.columns[c] as Vector, bad);
  });
}

function checkColumn(field: Field, vector: Vector, bad: BadCells): void {
  const { name, type } = field;
  const add = (row: number, why: string): void =>
    bad.add(row, { column: name, type: printType(type), reason: why });
  if (!type.nullable && vector.validity !== null) {
    for (let i = 0; i < vector.length; i++)
      if (!isValid(vector, i)) add(i, 'null in a column that is NOT NULL');
  }
  if (fitsAtOnce(type, vector)) return;
  for (let i = 0; i < vector.length; i++) {
    if (!isValid(vector, i)) continue;
    const why = whyNot(type, valueAt(vector, i));
    if (why !== undefined) add(i, why);
  }
}
/** Milliseconds of a day. */
const DAY_MS = 86_400_000;

/** True when the whole column is seen to fit without a look at every value. */
function fitsAtOnce(type: DataType, vector: Vector): boolean {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
      return true;
    case 'DATE':
      return datesFit((vector as IntVector).values, vector.length);
    case 'DECIMAL':
      return vector.layout === 'i64' && below(vector.values, vector.length, 10n ** BigInt(type.precision));
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      if (type.precision >= 6) return type.precision === 6;
      const { values } = vector as LongVector;
      return areMultiples(values, vector.length, 10n ** BigInt(6 - type.precision));
    }
    case 'CHAR':
    case 'VARCHAR':
      return longest(vector as BytesVector) <= type.length && isText(vector as BytesVector);
    case 'BINARY':
    case 'VARBINARY':
      return longest(vector as BytesVector) <= type.length;
    default:
      return false;
  }
}

// What lies in the slots of nulls is looked at too: at worst the column is looked at value by value then.

function datesFit(values: IntVector['values'], count: number): boolean {
  for (let i = 0; i < count; i++) if (Math.abs(values[i] as number) >= DAY_MAX) return false;
  return true;
}

function below(values: BigInt64Array, count: number, limit: bigint): boolean {
  for (let i = 0; i < count; i++) {
    const value = values[i] as bigint;
    if (value >= limit || value <= -limit) return false;
  }
  return true;
}

function areMultiples(values: BigInt64Array, count: number, unit: bigint): boolean {
  for (let i = 0; i < count; i++) if ((values[i] as bigint) % unit !== 0n) return false;
  return true;
}

/** Bytes of the longest cell. */
function longest({ offsets, length }: BytesVector): number {
  let most = 0;
  for (let i = 0; i < length; i++) {
    const size = (offsets[i + 1] as number) - (offsets[i] as number);
    if (size > most) most = size;
  }
  return most;
}

/** True when every cell is UTF-8: they are together, and none begins inside a character. */
function isText({ values, offsets, length }: BytesVector): boolean {
  const bytes = values.subarray(offsets[0], offsets[length]);
  if (isAscii(bytes)) return true;
  if (!isUtf8(bytes)) return false;
  for (let i = 0; i < length; i++) {
    const start = offsets[i] as number;
    if (start < (offsets[length] as number) && ((values[start] as number) & 0xc0) === 0x80) return false;
  }
  return true;
}

/** One of the two numbers, with either sign, the engine has no day for. */
const DAY_MAX = 2147483647;

/** Why a value does not fit its type, undefined when it does. */
function whyNot(type: DataType, value: Value): string | undefined {
  if (value === null) return type.nullable ? undefined : `null inside where ${printType(type)} is asked`;
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return textTrouble(value as Uint8Array, type.length);
    case 'BINARY':
    case 'VARBINARY': {
      const { length } = value as Uint8Array;
      return length <= type.length ? undefined : `${length} bytes, at most ${type.length} fit`;
    }
    case 'DECIMAL': {
      const digits = (value as bigint) < 0n ? -(value as bigint) : (value as bigint);
      if (digits < 10n ** BigInt(type.precision)) return undefined;
      return `a number of more than ${type.precision} digits`;
    }
    case 'TIME':
      return (value as number) >= 0 && (value as number) < DAY_MS ? undefined : 'a time outside the day';
    case 'DATE':
      // The two numbers the engine has no day for.
      return Math.abs(value as number) >= DAY_MAX ? 'a day out of range' : undefined;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      if (type.precision >= 6) return undefined;
      const unit = 10n ** BigInt(6 - type.precision);
      return (value as bigint) % unit === 0n ? undefined : `more than ${type.precision} digits of a second`;
    }
    case 'ARRAY':
      return first(value as readonly Value[], (element) => whyNot(type.element, element));
    case 'MAP':
      return pairTrouble(type.key, type.value, value);
    case 'MULTISET':
      return pairTrouble(type.element, { kind: 'INT', nullable: false }, value);
    case 'ROW': {
      const cells = value as readonly Value[];
      return first(type.fields, (field) => whyNot(field.type, cells[type.fields.indexOf(field)] ?? null));
    }
    default:
      return undefined;
  }
}

function first<T>(items: readonly T[], judge: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const why = judge(item);
    if (why !== undefined) return why;
  }
  return undefined;
}

function pairTrouble(key: DataType, value: DataType, pairs: Value): string | undefined {
  const seen = new Set<string>();
  return first(pairs as readonly (readonly Value[])[], (pair) => {
    const [k = null, v = null] = pair;
    if (k === null) return 'a map with a null key';
    const text = identity(k);
    if (seen.has(text)) return 'a map with the same key twice';
    seen.add(text);
    return whyNot(key, k) ?? whyNot(value, v);
  });
}

function identity(value: Value): string {
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('latin1')}`;
  if (Array.isArray(value)) return `[${value.map((v) => JSON.stringify(identity(v as Value))).join()}]`;
  return `${typeof value}${Object.is(value, -0) ? '-0' : String(value)}`;
}

function textTrouble(bytes: Uint8Array, length: number): string | undefined {
  if (isAscii(bytes)) return bytes.length <= length ? undefined : tooLong(bytes.length, length);
  if (!isUtf8(bytes)) return 'bytes that are not UTF-8';
  if (bytes.length <= length) return undefined;
  let characters = 0;
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) characters++;
  return characters <= length ? undefined : tooLong(characters, length);
}

function tooLong(characters: number, length: number): string {
  return `${characters} characters, at most ${length} fit`;
}
