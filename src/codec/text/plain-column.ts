// The text of one value of a column that is not nested, in the project's encoding without quotes: one closure
// per column, chosen once by type and by what its bytes need, so that a row costs one call a column.
import { type DataType, LakeError } from '../../base/index.ts';
import type {
  BoolVector,
  BytesVector,
  FloatVector,
  IntVector,
  LongVector,
  Vector,
  WideVector,
} from '../arrow/index.ts';
import { wideAt } from '../arrow/index.ts';
import { safeReader } from './int64-words.ts';
import { isWellFormed, javaUtf8 } from './java-utf8.ts';
import {
  dateText,
  decimalText,
  doubleText,
  isoOfMicros,
  isoOfNanos,
  isoOfSafeMicros,
  timeText,
} from './value-text.ts';

/** The text of row `i`. */
export type TextOf = (i: number) => string;

/** The text of a column's values, or undefined for a nested type. Null rows give any text. */
export function plainColumn(type: DataType, vector: Vector): TextOf | undefined {
  switch (type.kind) {
    case 'BOOLEAN': {
      const bits = (vector as BoolVector).values;
      return (i) => ((((bits[i >> 3] as number) >> (i & 7)) & 1) === 1 ? 'true' : 'false');
    }
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT': {
      const { values } = vector as IntVector;
      return (i) => String(values[i]);
    }
    case 'BIGINT': {
      const { values } = vector as LongVector;
      const safe = safeReader(values);
      return (i) => String(safe(i) ?? values[i]);
    }
    case 'FLOAT':
    case 'DOUBLE': {
      const { values } = vector as FloatVector;
      return (i) => doubleText(values[i] as number);
    }
    case 'DECIMAL':
      return decimalColumn(vector as LongVector | WideVector, type.scale);
    case 'CHAR':
    case 'VARCHAR':
      return stringColumn(vector as BytesVector);
    case 'BINARY':
    case 'VARBINARY':
      return hexColumn(vector as BytesVector);
    case 'DATE': {
      const { values } = vector as IntVector;
      return (i) => dateText(values[i] as number);
    }
    case 'TIME': {
      const { values } = vector as IntVector;
      return (i) => timeText(values[i] as number);
    }
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestampColumn(vector as LongVector | WideVector, type.kind === 'TIMESTAMP' ? '' : 'Z');
    default:
      return undefined;
  }
}

function decimalColumn(vector: LongVector | WideVector, scale: number): TextOf {
  if (vector.layout === 'i128') return (i) => decimalText(String(wideAt(vector, i)), scale);
  const safe = safeReader(vector.values);
  return (i) => decimalText(String(safe(i) ?? vector.values[i]), scale);
}

function timestampColumn(vector: LongVector | WideVector, end: string): TextOf {
  if (vector.layout === 'i128') return (i) => isoOfNanos(wideAt(vector, i)) + end;
  const safe = safeReader(vector.values);
  return (i) => {
    const micros = safe(i);
    return (micros === undefined ? isoOfMicros(vector.values[i] as bigint) : isoOfSafeMicros(micros)) + end;
  };
}

function hexColumn(vector: BytesVector): TextOf {
  const bytes = asBuffer(vector.values);
  const offsets = vector.offsets;
  return (i) => sliced(() => bytes.toString('hex', offsets[i], offsets[i + 1]));
}

/** Bytes of a column decoded to one string at once; larger columns are decoded value by value. */
const DECODE_AT_ONCE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The decoded text of a CHAR or VARCHAR column's values, malformed bytes as `javaUtf8` decodes them; the
 * content of null slots means nothing.
 */
export function stringColumn(vector: BytesVector): TextOf {
  return needsOf(vector).multiByte ? utf8Column(vector) : asciiColumn(vector);
}

/** Whether JSON has to escape a character of the column, and whether one has several bytes. */
export function needsOf(vector: BytesVector): { readonly escapes: boolean; readonly multiByte: boolean } {
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
  if (isWellFormed(vector)) return (i) => sliced(() => bytes.toString('utf8', offsets[i], offsets[i + 1]));
  return (i) => sliced(() => javaUtf8(bytes.subarray(offsets[i], offsets[i + 1])));
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
