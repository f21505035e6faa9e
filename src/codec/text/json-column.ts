// The JSON text of one value of a column, in the project's encoding: one closure per column, chosen once by
// type and by what its bytes need (nulls, escapes, multi-byte characters), so that a row costs one call a
// column.
import { type DataType, LakeError } from '../../base/index.ts';
import {
  type BoolVector,
  type BytesVector,
  type IntVector,
  isValid,
  type ListVector,
  type LongVector,
  type StructVector,
  type Vector,
  type WideVector,
  wideAt,
} from '../arrow/index.ts';
import { safeReader } from './int64-words.ts';
import { dateText, decimalText, isoOfMicros, isoOfNanos, isoOfSafeMicros, timeText } from './value-text.ts';

/** The JSON text of row `i`. */
export type TextOf = (i: number) => string;

const COUNT_TYPE: DataType = { kind: 'INT', nullable: false };

/**
 * The JSON text of a column's values; `null` for nulls.
 *
 * Shape   the encoding described at `jsonLines`; the text equals `JSON.stringify` of the same values.
 */
export function jsonColumn(type: DataType, vector: Vector): TextOf {
  const text = jsonValue(type, vector);
  return vector.validity === null ? text : (i) => (isValid(vector, i) ? text(i) : 'null');
}

function jsonValue(type: DataType, vector: Vector): TextOf {
  switch (type.kind) {
    case 'BOOLEAN': {
      const bits = (vector as BoolVector).values;
      return (i) => ((((bits[i >> 3] as number) >> (i & 7)) & 1) === 1 ? 'true' : 'false');
    }
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT': {
      const values = (vector as IntVector).values;
      return (i) => String(values[i]);
    }
    case 'BIGINT':
      return quotedLong((vector as LongVector).values);
    case 'FLOAT':
    case 'DOUBLE': {
      const values = (vector as Extract<Vector, { readonly layout: 'f64' | 'f32' }>).values;
      return (i) => jsonDouble(values[i] as number);
    }
    case 'DECIMAL':
      return decimalColumn(vector as LongVector | WideVector, type.scale);
    case 'CHAR':
    case 'VARCHAR':
      return jsonString(vector as BytesVector);
    case 'BINARY':
    case 'VARBINARY':
      return hexColumn(vector as BytesVector);
    case 'DATE': {
      const values = (vector as IntVector).values;
      return (i) => `"${dateText(values[i] as number)}"`;
    }
    case 'TIME': {
      const values = (vector as IntVector).values;
      return (i) => `"${timeText(values[i] as number)}"`;
    }
    case 'TIMESTAMP':
      return timestampColumn(vector as LongVector | WideVector, '"');
    case 'TIMESTAMP_LTZ':
      return timestampColumn(vector as LongVector | WideVector, 'Z"');
    case 'ARRAY':
      return arrayColumn(type.element, vector as ListVector);
    case 'MAP':
      return entriesColumn(type.key, type.value, vector as ListVector);
    case 'MULTISET':
      return entriesColumn(type.element, COUNT_TYPE, vector as ListVector);
    case 'ROW':
      return objectColumn(type.fields, vector as StructVector);
  }
}

function jsonDouble(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '"-0"' : '0';
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

function quotedLong(values: BigInt64Array): TextOf {
  const safe = safeReader(values);
  return (i) => `"${safe(i) ?? values[i]}"`;
}

function decimalColumn(vector: LongVector | WideVector, scale: number): TextOf {
  if (vector.layout === 'i128') return (i) => `"${decimalText(String(wideAt(vector, i)), scale)}"`;
  const safe = safeReader(vector.values);
  return (i) => `"${decimalText(String(safe(i) ?? vector.values[i]), scale)}"`;
}

function timestampColumn(vector: LongVector | WideVector, end: string): TextOf {
  if (vector.layout === 'i128') return (i) => `"${isoOfNanos(wideAt(vector, i))}${end}`;
  const safe = safeReader(vector.values);
  return (i) => {
    const micros = safe(i);
    const text = micros === undefined ? isoOfMicros(vector.values[i] as bigint) : isoOfSafeMicros(micros);
    return `"${text}${end}`;
  };
}

function hexColumn(vector: BytesVector): TextOf {
  const bytes = asBuffer(vector.values);
  const offsets = vector.offsets;
  return (i) => `"${sliced(() => bytes.toString('hex', offsets[i], offsets[i + 1]))}"`;
}

// JSON.stringify escapes exactly these; lone surrogates cannot come out of decoded UTF-8.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const ESCAPED = /["\\\u0000-\u001f]/;
/** Bytes of a column decoded to one string at once; larger columns are decoded value by value. */
const DECODE_AT_ONCE_BYTES_MAX = 64 * 1024 * 1024;

function jsonString(vector: BytesVector): TextOf {
  const { escapes, multiByte } = needsOf(vector);
  const text = multiByte ? utf8Column(vector) : asciiColumn(vector);
  if (!escapes) return (i) => `"${text(i)}"`;
  return (i) => {
    const value = text(i);
    return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`;
  };
}

/** The decoded text of a CHAR or VARCHAR column's values; the content of null slots means nothing. */
export function stringColumn(vector: BytesVector): TextOf {
  return needsOf(vector).multiByte ? utf8Column(vector) : asciiColumn(vector);
}

function needsOf(vector: BytesVector): { readonly escapes: boolean; readonly multiByte: boolean } {
  const bytes = vector.values;
  const end = vector.offsets[vector.length] ?? 0;
  let escapes = false;
  let multiByte = false;
  for (let i = vector.offsets[0] ?? 0; i < end; i++) {
    const b = bytes[i] as number;
    if (b >= 0x80) multiByte = true;
    else if (b < 0x20 || b === 0x22 || b === 0x5c) escapes = true;
  }
  return { escapes, multiByte };
}

function asciiColumn(vector: BytesVector): TextOf {
  const offsets = vector.offsets;
  const start = offsets[0] ?? 0;
  const end = offsets[vector.length] ?? 0;
  if (end - start > DECODE_AT_ONCE_BYTES_MAX) return utf8Column(vector);
  const all = asBuffer(vector.values).toString('latin1', start, end);
  return (i) => all.substring((offsets[i] as number) - start, (offsets[i + 1] as number) - start);
}

function utf8Column(vector: BytesVector): TextOf {
  const bytes = asBuffer(vector.values);
  const offsets = vector.offsets;
  return (i) => sliced(() => bytes.toString('utf8', offsets[i], offsets[i + 1]));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// A value beyond JavaScript's longest string (512 MB) cannot be printed at all.
function sliced(slice: () => string): string {
  try {
    return slice();
  } catch (error) {
    throw tooLong(error);
  }
}

/** The error for text JavaScript cannot hold; other errors as they are. */
export function tooLong(error: unknown): unknown {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  const known = error instanceof RangeError || code === 'ERR_STRING_TOO_LONG';
  if (!known) return error;
  const message = 'A value or row is longer as text than JavaScript can hold (512 MB).';
  return new LakeError('LIMIT_EXCEEDED', message, {}, error);
}

function arrayColumn(element: DataType, vector: ListVector): TextOf {
  const text = jsonColumn(element, vector.child);
  const offsets = vector.offsets;
  return (i) => {
    const end = offsets[i + 1] as number;
    let out = '[';
    for (let j = offsets[i] as number; j < end; j++) out += j === offsets[i] ? text(j) : `,${text(j)}`;
    return `${out}]`;
  };
}

function entriesColumn(key: DataType, value: DataType, vector: ListVector): TextOf {
  const [keys, values] = (vector.child as StructVector).children;
  const keyText = jsonColumn(key, keys as Vector);
  const valueText = jsonColumn(value, values as Vector);
  const offsets = vector.offsets;
  return (i) => {
    const entries: { readonly key: string; readonly value: string }[] = [];
    const end = offsets[i + 1] as number;
    for (let j = offsets[i] as number; j < end; j++) entries.push({ key: keyText(j), value: valueText(j) });
    entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return `[${entries.map((e) => `[${e.key},${e.value}]`).join(',')}]`;
  };
}

function objectColumn(
  fields: readonly { readonly name: string; readonly type: DataType }[],
  vector: StructVector,
): TextOf {
  const members = jsonMembers(fields, vector.children);
  return (i) => {
    let out = '{';
    for (const member of members) out += member.prefix + member.text(i);
    return `${out}}`;
  };
}

/** One member of an object: `prefix` is its comma, quoted name and colon. */
export interface Member {
  readonly prefix: string;
  readonly text: TextOf;
}

/**
 * The members of an object with these fields; the first one's prefix has a comma only when `after` says so.
 */
export function jsonMembers(
  fields: readonly { readonly name: string; readonly type: DataType }[],
  columns: readonly Vector[],
  after = false,
): Member[] {
  return fields.map((field, c) => ({
    prefix: `${c > 0 || after ? ',' : ''}${JSON.stringify(field.name)}:`,
    text: jsonColumn(field.type, columns[c] as Vector),
  }));
}
