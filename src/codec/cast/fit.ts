// Columns of foreign rows as columns of a table's types: every value is kept as it is or refused, none is
// rounded, cut or wrapped. What a statement's CAST may lose, a write may not.
import { type DataType, type Field, LakeError, printType } from '../../base/index.ts';
import { layoutOf, type Value, type Vector, valueAt, vectorBuilder } from '../arrow/index.ts';
import { decimalText, parseText } from '../text/index.ts';
import { type DecimalType, decimalDouble } from './decimal.ts';
import { javaFloatText } from './java-double.ts';
import { cellOfNanos, nanosOf, type TimestampType } from './temporal-cast.ts';

/**
 * Makes a column of the new type; the result has the same length. `onBad` is told each row that has a value
 * the type cannot hold, and why; null stands in its place.
 */
export type Fit = (vector: Vector, onBad: (row: number, why: string) => void) => Vector;

/** One value that is not null. Throws an `invalid` LakeError for one that does not fit. */
type FitCell = (value: Value) => Value;

/**
 * How a column of type `from` is written as one of type `to`; undefined when no value of it can be.
 *
 * Shape   Numbers become any numeric type that holds them exactly; decimals become the nearest FLOAT or
 *         DOUBLE. Text becomes numbers, truth values, dates and times when it says exactly one. A DATE is its
 *         midnight, and back. Times with and without zone become each other as of UTC. Bytes become text when
 *         they are UTF-8, which is for the caller to check, as are lengths and precisions that leave the
 *         layout as it is. Fields of a ROW are found by name; missing ones are null.
 * Source  what Paimon casts implicitly (types/DataTypeCasts.java), and what is lost by none of its values.
 */
export function resolveFit(from: DataType, to: DataType): Fit | undefined {
  if (sameValues(from, to)) return (vector) => vector;
  const cell = fitCell(from, to);
  if (cell === undefined) return undefined;
  return (vector, onBad) => {
    const builder = vectorBuilder(to, vector.length);
    for (let i = 0; i < vector.length; i++) builder.append(fitted(cell, valueAt(vector, i), i, onBad));
    return builder.finish();
  };
}

function fitted(cell: FitCell, value: Value, row: number, onBad: Parameters<Fit>[1]): Value {
  if (value === null) return null;
  try {
    return cell(value);
  } catch (error) {
    if (!(error instanceof LakeError) || error.kind !== 'invalid') throw error;
    onBad(row, error.message.replace(/\.$/, ''));
    return null;
  }
}

/** True when values of both types lie in memory alike and mean the same; lengths are a matter of values. */
export function sameValues(a: DataType, b: DataType): boolean {
  if (isText(b) && (isText(a) || isBytes(a))) return true;
  if (isBytes(a) && isBytes(b)) return true;
  if (isTimestamp(a) && isTimestamp(b)) return layoutOf(a) === layoutOf(b);
  if (a.kind !== b.kind || layoutOf(a) !== layoutOf(b)) return false;
  switch (a.kind) {
    case 'DECIMAL':
      return a.scale === (b as typeof a).scale;
    case 'ARRAY':
    case 'MULTISET':
      return sameValues(a.element, (b as typeof a).element);
    case 'MAP':
      return sameValues(a.key, (b as typeof a).key) && sameValues(a.value, (b as typeof a).value);
    case 'ROW': {
      const other = (b as typeof a).fields;
      const alike = (field: Field, i: number): boolean =>
        field.name === other[i]?.name && sameValues(field.type, (other[i] as Field).type);
      return a.fields.length === other.length && a.fields.every(alike);
    }
    default:
      return true;
  }
}

function fitCell(from: DataType, to: DataType): FitCell | undefined {
  if (sameValues(from, to)) return (value) => value;
  if (isText(from)) return isNested(to) || isBytes(to) ? undefined : (value) => parseText(to, textOf(value));
  if (isNumber(from) && isNumber(to)) return fitNumber(from, to);
  if (isTimestamp(to)) {
    const cell = cellOfNanos(to);
    if (from.kind === 'DATE') return (days) => exactly(to, cell(BigInt(days as number) * DAY), days);
    if (!isTimestamp(from)) return undefined;
    const [nanos, back] = [nanosOf(from), nanosOf(to)];
    return (value) => {
      const given = nanos(value);
      const made = cell(given);
      return made !== null && back(made) === given ? made : exactly(to, null, `${given} nanoseconds`);
    };
  }
  if (to.kind === 'DATE' && isTimestamp(from)) {
    const nanos = nanosOf(from);
    return (value) => {
      const given = nanos(value);
      return exactly(to, given % DAY === 0n ? Number(given / DAY) : null, `${given} nanoseconds`);
    };
  }
  return fitNested(from, to);
}

const DAY = 86_400_000_000_000n;

function isText({ kind }: DataType): boolean {
  return kind === 'CHAR' || kind === 'VARCHAR';
}

function isBytes({ kind }: DataType): boolean {
  return kind === 'BINARY' || kind === 'VARBINARY';
}

function isTimestamp(type: DataType): type is TimestampType {
  return type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ';
}

function isNested({ kind }: DataType): boolean {
  return kind === 'ARRAY' || kind === 'MAP' || kind === 'MULTISET' || kind === 'ROW';
}

function isFloat({ kind }: DataType): boolean {
  return kind === 'FLOAT' || kind === 'DOUBLE';
}

const BITS: Readonly<Record<string, number>> = { TINYINT: 8, SMALLINT: 16, INT: 32, BIGINT: 64 };

function isNumber(type: DataType): boolean {
  return BITS[type.kind] !== undefined || isFloat(type) || type.kind === 'DECIMAL';
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : Buffer.from(value as Uint8Array).toString('utf8');
}

/** The value, unless there is none. */
function exactly(to: DataType, made: Value, given: unknown): Value {
  if (made !== null) return made;
  throw new LakeError('VALUE_OUT_OF_RANGE', `${given} does not fit type ${printType(to)}.`);
}

function fitNumber(from: DataType, to: DataType): FitCell {
  if (isFloat(to)) return fitFloat(from, to);
  const scale = to.kind === 'DECIMAL' ? to.scale : 0;
  const limit = to.kind === 'DECIMAL' ? 10n ** BigInt(to.precision) : 1n << BigInt((BITS[to.kind] ?? 64) - 1);
  const wide = to.kind === 'DECIMAL' || to.kind === 'BIGINT';
  const held = (unscaled: bigint): boolean =>
    unscaled < limit && (to.kind === 'DECIMAL' ? unscaled > -limit : unscaled >= -limit);
  return (value) => {
    const unscaled = unscaledOf(from, value, scale);
    if (unscaled === undefined || !held(unscaled)) return exactly(to, null, numberText(from, value));
    return wide ? unscaled : Number(unscaled);
  };
}

/** A number as an integer of that many decimal places; undefined when it has more of them. */
function unscaledOf(from: DataType, value: Value, scale: number): bigint | undefined {
  if (from.kind === 'DECIMAL') {
    const by = scale - from.scale;
    if (by >= 0) return (value as bigint) * 10n ** BigInt(by);
    const unit = 10n ** BigInt(-by);
    return (value as bigint) % unit === 0n ? (value as bigint) / unit : undefined;
  }
  if (!isFloat(from)) return BigInt(value as number | bigint) * 10n ** BigInt(scale);
  if (Number.isInteger(value)) return BigInt(value as number) * 10n ** BigInt(scale);
  if (scale === 0 || !Number.isFinite(value)) return undefined;
  // The shortest text that reads back as the same float says what was meant.
  const m = /^(-?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(numberText(from, value));
  if (m === null) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = m;
  const by = scale - fraction.length + Number(exponent);
  const digits = BigInt(`${whole}${fraction}`);
  if (by >= 0) return digits * 10n ** BigInt(by);
  const unit = 10n ** BigInt(-by);
  return digits % unit === 0n ? digits / unit : undefined;
}

function fitFloat(from: DataType, to: DataType): FitCell {
  const round = to.kind === 'FLOAT' ? Math.fround : (value: number): number => value;
  if (from.kind === 'DECIMAL') {
    return (value) => {
      const near = round(decimalDouble(value as bigint, from));
      return exactly(to, Number.isFinite(near) ? near : null, numberText(from, value));
    };
  }
  if (isFloat(from)) {
    return (value) => exactly(to, Object.is(round(value as number), value) ? value : null, value);
  }
  return (value) => {
    const near = round(Number(value));
    return exactly(to, BigInt(near) === BigInt(value as number | bigint) ? near : null, value);
  };
}

function numberText(from: DataType, value: Value): string {
  if (from.kind === 'DECIMAL') return decimalText(String(value), (from as DecimalType).scale);
  if (from.kind === 'FLOAT') return javaFloatText(value as number);
  return String(value);
}

const COUNT: DataType = { kind: 'INT', nullable: false };

function fitNested(from: DataType, to: DataType): FitCell | undefined {
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') {
    const element = fitCell(from.element, to.element);
    if (element === undefined) return undefined;
    return (values) => (values as readonly Value[]).map((value) => (value === null ? null : element(value)));
  }
  if (from.kind === 'ROW' && to.kind === 'ROW') return fitRow(from.fields, to.fields);
  const [mine, theirs] = [pairOf(from), pairOf(to)];
  if (mine === undefined || theirs === undefined) return undefined;
  const key = fitCell(mine[0], theirs[0]);
  const value = fitCell(mine[1], theirs[1]);
  if (key === undefined || value === undefined) return undefined;
  const each = (cell: FitCell, part: Value): Value => (part === null ? null : cell(part));
  return (pairs) =>
    (pairs as readonly (readonly [Value, Value])[]).map(([k, v]) => [each(key, k), each(value, v)]);
}

function pairOf(type: DataType): readonly [DataType, DataType] | undefined {
  if (type.kind === 'MAP') return [type.key, type.value];
  return type.kind === 'MULTISET' ? [type.element, COUNT] : undefined;
}

function fitRow(from: readonly Field[], to: readonly Field[]): FitCell | undefined {
  if (!from.every(({ name }) => to.some((field) => field.name === name))) return undefined;
  const cells: (readonly [number, FitCell])[] = [];
  for (const field of to) {
    const at = from.findIndex(({ name }) => name === field.name);
    const cell = at < 0 ? (): Value => null : fitCell((from[at] as Field).type, field.type);
    if (cell === undefined) return undefined;
    cells.push([at, cell]);
  }
  return (row) =>
    cells.map(([at, cell]) => {
      const value = at < 0 ? null : ((row as readonly Value[])[at] ?? null);
      return value === null ? null : cell(value);
    });
}
