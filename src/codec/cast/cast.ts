// Columns written under an older schema, read under a newer one: every cast Java Paimon 1.4.2 knows, over
// vectors.
import { type DataType, LENGTH_MAX, sameType } from '../../base/index.ts';
import { isValid, vectorBuilder } from '../arrow/index.ts';
import { type Cast, type CellCast, castCells } from './cells.ts';
import { decimalOfText } from './decimal.ts';
import { javaText } from './java-text.ts';
import { fitAscii, identity, isLengthType, toBinaryLength, toTextLength } from './length-cast.ts';
import { arrayToArray, mapToMap, rowToRow } from './nested-cast.ts';
import * as numeric from './numeric-cast.ts';
import { arrayOfText, mapOfText, rowOfText } from './parse-nested.ts';
import { booleanOfText, doubleOfText, floatOfText, integerOfText } from './parse-number.ts';
import { dateOfText, timeOfText, timestampOfText } from './parse-temporal.ts';
import * as temporal from './temporal-cast.ts';

/**
 * How a column of type `from` becomes one of type `to`, or undefined when Java has no such cast.
 *
 * Shape   the cast takes and gives vectors of the same length; nullability is ignored. Rows are matched by
 *         field id, fields that did not exist are null. A DECIMAL that needs more digits than `to` has
 *         becomes null, as in Java. What Java takes from the JVM's time zone is UTC here. A TIMESTAMP of
 *         precision up to 6 cannot hold the nanoseconds that Java's truncation leaves in it; they are
 *         dropped.
 * Errors  the cast throws VALUE_CAST_FAILED for a value that has no meaning in `to`, VALUE_OUT_OF_RANGE for a
 *         timestamp beyond 64 bits of microseconds.
 * Source  Paimon, schema/SchemaEvolutionUtil.java (createCastExecutor), casting/CastExecutors.java.
 */
export function resolveCast(from: DataType, to: DataType): Cast | undefined {
  if (sameType(from, to)) return identity;
  if (from.kind === 'ROW' && to.kind === 'ROW') return rowToRow(from, to, resolveCast);
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') return arrayToArray(from, to, resolveCast);
  if (from.kind === 'MAP' && to.kind === 'MAP') return mapToMap(from, to, resolveCast);
  if (isLengthType(to)) return toBytes(from, to);
  if (from.kind === 'CHAR' || from.kind === 'VARCHAR') return cells(from, to, fromText(to));
  if (isTimestamp(from) && isTimestamp(to)) {
    const cell = temporal.timestampToTimestamp(from, to);
    return cell === undefined ? identity : castCells(from, to, cell);
  }
  return cells(from, to, betweenNumbers(from, to) ?? betweenTimes(from, to));
}

/**
 * True when every vector of `from` is one of `to` as it is, so that nothing is copied and nothing can fail.
 */
export function castableInPlace(from: DataType, to: DataType): boolean {
  return resolveCast(from, to) === identity;
}

function cells(from: DataType, to: DataType, cell: CellCast | undefined): Cast | undefined {
  return cell && castCells(from, to, cell);
}

function isText(type: DataType): boolean {
  return type.kind === 'CHAR' || type.kind === 'VARCHAR';
}

function isBinary(type: DataType): boolean {
  return type.kind === 'BINARY' || type.kind === 'VARBINARY';
}

function isTimestamp(type: DataType): type is temporal.TimestampType {
  return type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ';
}

function isInteger(type: DataType): boolean {
  return type.kind === 'TINYINT' || type.kind === 'SMALLINT' || type.kind === 'INT' || type.kind === 'BIGINT';
}

function isNumber(type: DataType): boolean {
  return isInteger(type) || type.kind === 'FLOAT' || type.kind === 'DOUBLE';
}

type LengthType = Extract<DataType, { readonly length: number }>;

function toBytes(from: DataType, to: LengthType): Cast | undefined {
  if (isBinary(to)) return isLengthType(from) ? toBinaryLength(to) : undefined;
  if (isText(from)) return toTextLength(to);
  // Java keeps the bytes whatever the length of the new type.
  if (isBinary(from)) return identity;
  // Dates and times become STRING only, not a type of limited length.
  const timeLike = from.kind === 'DATE' || from.kind === 'TIME' || isTimestamp(from);
  if (timeLike && !(to.kind === 'VARCHAR' && to.length === LENGTH_MAX)) return undefined;
  const text = javaText(from);
  if (text === undefined) return undefined;
  // Only numbers and booleans are brought to the length of the type.
  const fit = from.kind === 'BOOLEAN' || from.kind === 'DECIMAL' || isNumber(from);
  return (vector) => {
    const textOf = text(vector);
    const builder = vectorBuilder(to, vector.length);
    for (let i = 0; i < vector.length; i++) {
      const value = isValid(vector, i) ? textOf(i) : null;
      builder.append(value === null || !fit ? value : fitAscii(value, to));
    }
    return builder.finish();
  };
}

function betweenNumbers(from: DataType, to: DataType): CellCast | undefined {
  if (from.kind === 'BOOLEAN') {
    return isNumber(to) || to.kind === 'DECIMAL' ? numeric.booleanToNumber(to) : undefined;
  }
  if (to.kind === 'BOOLEAN') return isInteger(from) ? numeric.integerToBoolean : undefined;
  if (from.kind === 'DECIMAL') {
    if (to.kind === 'DECIMAL') return numeric.decimalToDecimal(from, to);
    return isNumber(to) ? numeric.decimalToNumber(from, to) : undefined;
  }
  if (!isNumber(from)) return undefined;
  if (to.kind === 'DECIMAL') return numeric.numberToDecimal(from, to);
  return isNumber(to) ? numeric.numberToNumber(from, to) : undefined;
}

function betweenTimes(from: DataType, to: DataType): CellCast | undefined {
  const whole = (type: DataType): boolean => type.kind === 'INT' || type.kind === 'BIGINT';
  if (isTimestamp(from)) {
    if (to.kind === 'DATE') return temporal.timestampToDate(from);
    if (to.kind === 'TIME') return temporal.timestampToTime(from);
    return whole(to) ? temporal.timestampToNumber(from, to) : undefined;
  }
  if (!isTimestamp(to)) return undefined;
  if (whole(from)) return temporal.numberToTimestamp(to);
  if (from.kind === 'DATE') return temporal.dateToTimestamp(to);
  return from.kind === 'TIME' ? temporal.timeToTimestamp(to) : undefined;
}

/** Reads text as a value of `to`; undefined when Java has no cast from text to it. */
function fromText(to: DataType): CellCast | undefined {
  const read = textReader(to);
  return read && ((value) => read(value as string));
}

type TextReader = (text: string) => ReturnType<CellCast>;

function textReader(to: DataType): TextReader | undefined {
  switch (to.kind) {
    case 'BOOLEAN':
      return booleanOfText;
    case 'TINYINT':
      return (text) => Number(integerOfText(text, 8, to.kind));
    case 'SMALLINT':
      return (text) => Number(integerOfText(text, 16, to.kind));
    case 'INT':
      return (text) => Number(integerOfText(text, 32, to.kind));
    case 'BIGINT':
      return (text) => integerOfText(text, 64, to.kind);
    case 'FLOAT':
      return floatOfText;
    case 'DOUBLE':
      return doubleOfText;
    case 'DECIMAL':
      return (text) => decimalOfText(text, to);
    case 'DATE':
      return dateOfText;
    case 'TIME':
      return timeOfText;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const cell = temporal.cellOfNanos(to as temporal.TimestampType);
      const zoned = to.kind === 'TIMESTAMP_LTZ';
      return (text) => cell(timestampOfText(text, to.precision, zoned));
    }
    default:
      return nestedReader(to);
  }
}

function nestedReader(to: DataType): TextReader | undefined {
  switch (to.kind) {
    case 'ARRAY': {
      const element = elementReader(to.element);
      return element && ((text) => arrayOfText(text, element));
    }
    case 'MAP': {
      const key = elementReader(to.key);
      const value = elementReader(to.value);
      return key && value && ((text) => mapOfText(text, key, value));
    }
    case 'ROW': {
      const fields = to.fields.map((field) => elementReader(field.type));
      if (fields.includes(undefined)) return undefined;
      return (text) => rowOfText(text, fields as TextReader[]);
    }
    default:
      return undefined;
  }
}

const utf8 = new TextEncoder();

/** Reads an element, which may be text or bytes of limited length. */
function elementReader(type: DataType): TextReader | undefined {
  if (!isLengthType(type)) return textReader(type);
  const fit = isText(type) ? toTextLength(type) : toBinaryLength(type);
  return (text) => {
    const values = utf8.encode(text);
    const offsets = Int32Array.of(0, values.length);
    const fitted = fit({ layout: 'bytes', length: 1, validity: null, offsets, values });
    const out = fitted as Extract<typeof fitted, { readonly layout: 'bytes' }>;
    return out.values.subarray(out.offsets[0], out.offsets[1]);
  };
}
