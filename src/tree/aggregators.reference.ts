// Java's field aggregators over plain values, for tests only: each follows its Java class and nothing else.
import type { DataType } from '../base/index.ts';
import type { Value } from '../codec/index.ts';
import type { AggregatorSpec } from './merge-spec.ts';

export interface ReferenceAggregator {
  agg(acc: Value, input: Value): Value;
  aggReversed(acc: Value, input: Value): Value;
  retract(acc: Value, input: Value): Value;
}

type Agg = (acc: Value, input: Value) => Value;
const refuse: Agg = () => {
  throw new Error('refused');
};
const make = (agg: Agg, retract: Agg = refuse): ReferenceAggregator => ({
  agg,
  aggReversed: (acc, input) => agg(input, acc),
  retract,
});
/** The other one when one is null. */
const both =
  (combine: (acc: NonNullable<Value>, input: NonNullable<Value>) => Value): Agg =>
  (acc, input) =>
    acc === null || input === null ? (acc === null ? input : acc) : combine(acc, input);

/** InternalRowUtils.compare for values that are not NaN or zeros of two signs. */
export function referenceCompare(x: Value, y: Value): number {
  if (x instanceof Uint8Array) return Buffer.compare(x, y as Uint8Array);
  const [a, b] = [x as number, y as number];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Double.compare. */
function javaCompare(x: Value, y: Value): number {
  const order = referenceCompare(x, y);
  if (order !== 0 || typeof x !== 'number' || Object.is(x, y)) return order;
  const bits = (value: Value): bigint =>
    new BigInt64Array(Float64Array.of(value as number).buffer)[0] as bigint;
  return bits(x) < bits(y) ? -1 : 1;
}

export function referenceAggregator(type: DataType, spec: AggregatorSpec): ReferenceAggregator {
  let initialized = false;
  switch (spec.name) {
    case 'primary-key':
      return make(
        (_, input) => input,
        (_, input) => input,
      );
    case 'last_value':
      return make(
        (_, input) => input,
        () => null,
      );
    case 'last_non_null_value':
      return make(
        (acc, input) => input ?? acc,
        (acc, input) => (input === null ? acc : null),
      );
    case 'first_value':
      return make((acc, input) => {
        if (initialized) return acc;
        initialized = true;
        return input;
      });
    case 'first_non_null_value':
    case 'first_not_null_value':
      return make((acc, input) => {
        if (initialized || input === null) return acc;
        initialized = true;
        return input;
      });
    case 'max':
      return make(both((acc, input) => (javaCompare(acc, input) < 0 ? input : acc)));
    case 'min':
      return make(both((acc, input) => (javaCompare(acc, input) < 0 ? acc : input)));
    case 'bool_and':
      return make(both((acc, input) => (acc as boolean) && (input as boolean)));
    case 'bool_or':
      return make(both((acc, input) => (acc as boolean) || (input as boolean)));
    case 'sum':
      return sum(type);
    case 'product':
      return product(type);
    case 'listagg':
      return make(both((acc, input) => listagg(acc as Uint8Array, input as Uint8Array, spec)));
    default:
      return referenceCollection(type, spec);
  }
}

/** The number in its Java type, or null where a decimal does not fit. */
function box(type: DataType, value: number | bigint, compactKeeps: boolean): Value {
  switch (type.kind) {
    case 'TINYINT':
      return new Int8Array([value as number])[0] as number;
    case 'INT':
      return new Int32Array([value as number])[0] as number;
    case 'BIGINT':
      return BigInt.asIntN(64, value as bigint);
    case 'FLOAT':
      return Math.fround(value as number);
    case 'DECIMAL': {
      if (compactKeeps && type.precision <= 18 && BigInt.asIntN(64, value as bigint) === value) return value;
      return String(value).replace('-', '').length > type.precision ? null : value;
    }
    default:
      return value;
  }
}

function sum(type: DataType): ReferenceAggregator {
  return make(
    both((acc, input) => box(type, ((acc as number) + (input as number)) as number, true)),
    (acc, input) => {
      if (input === null) return acc;
      if (acc === null) return box(type, -(input as number), false);
      return box(type, (acc as number) - (input as number), true);
    },
  );
}

/** BigDecimal.setScale(scale, HALF_UP) of numerator / denominator. */
function halfUp(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const [n, d] = [numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator];
  const rounded = (2n * n + d) / (2n * d);
  return negative ? -rounded : rounded;
}

function product(type: DataType): ReferenceAggregator {
  const scale = type.kind === 'DECIMAL' ? 10n ** BigInt(type.scale) : 1n;
  const divide = (acc: Value, input: Value): Value => {
    if (type.kind === 'FLOAT' || type.kind === 'DOUBLE')
      return box(type, (acc as number) / (input as number), false);
    const [a, b] = [BigInt(acc as number), BigInt(input as number)];
    if (b === 0n) throw new Error('refused: / by zero');
    if (type.kind !== 'DECIMAL') {
      const quotient = a / b;
      return type.kind === 'BIGINT' ? box(type, quotient, false) : box(type, Number(quotient), false);
    }
    // A quotient with finitely many digits: 10^k times it is whole for some k.
    if ((a * 10n ** 200n) % b !== 0n) throw new Error('refused: non-terminating');
    return box(type, halfUp(a * scale, b), false);
  };
  return make(
    both((acc, input) => {
      if (type.kind === 'DECIMAL')
        return box(type, halfUp((acc as bigint) * (input as bigint), scale), false);
      if (type.kind === 'INT')
        return Number(BigInt.asIntN(32, BigInt(acc as number) * BigInt(input as number)));
      return box(type, (acc as number) * (input as number), false);
    }),
    (acc, input) => (acc === null || input === null ? acc : divide(acc, input)),
  );
}

/** On text: StringUtils.splitByWholeSeparatorPreserveAllTokens keeps empty tokens but the last. */
function listagg(acc: Uint8Array, input: Uint8Array, spec: AggregatorSpec): Value {
  if (input.length === 0) return acc;
  if (acc.length === 0) return input;
  const [list, text] = [Buffer.from(acc).toString(), Buffer.from(input).toString()];
  const encode = (result: string): Value => new TextEncoder().encode(result);
  if (!spec.distinct) return encode(list + spec.delimiter + text);
  const separator = spec.delimiter === '' ? ' ' : spec.delimiter;
  const known = new Set(list.split(separator));
  let result = list;
  for (const token of text.split(separator)) {
    if (token === '' || known.has(token)) continue;
    known.add(token);
    result += spec.delimiter + token;
  }
  return encode(result);
}

/** A text equal for equal values. */
const textOf = (value: Value): string =>
  JSON.stringify(value, (_, item) => (item instanceof Uint8Array ? Buffer.from(item).toString('hex') : item));

function referenceCollection(type: DataType, spec: AggregatorSpec): ReferenceAggregator {
  switch (spec.name) {
    case 'collect':
      return collect(spec.distinct, type.kind === 'ARRAY' && type.element.kind === 'ROW');
    case 'merge_map':
      return make(
        both((acc, input) => [...new Map([...(acc as [Value, Value][]), ...(input as [Value, Value][])])]),
        (acc, input) => {
          if (acc === null || input === null) return acc;
          const gone = new Set((input as [Value, Value][]).map(([key]) => key));
          return (acc as [Value, Value][]).filter(([key]) => !gone.has(key));
        },
      );
    case 'merge_map_with_keytime':
      return make(both((acc, input) => mergeByTime(acc as [Value, Value][], input as [Value, Value][])));
    case 'nested_update':
      return nestedUpdate(spec);
    case 'nested_partial_update':
      return make(
        both((acc, input) => {
          const map = new Map<Value, Value[]>();
          for (const row of [...(acc as Value[][]), ...(input as Value[][])]) {
            if (row === null) continue;
            const known = map.get(row[0] as Value) ?? [null, null];
            map.set(row[0] as Value, [row[0] ?? known[0] ?? null, row[1] ?? known[1] ?? null]);
          }
          return [...map.values()];
        }),
      );
    default:
      throw new Error(`no reference for ${spec.name}`);
  }
}

function collect(distinct: boolean, ofRows: boolean): ReferenceAggregator {
  const agg: Agg = (acc, input) => {
    if (acc === null && input === null) return null;
    if ((acc === null || input === null) && !distinct) return acc ?? input;
    const all = [...((acc ?? []) as Value[]), ...((input ?? []) as Value[])];
    if (!distinct) return all;
    // With an equaliser the accumulator is taken to be distinct; a hash set makes it so.
    const trusted = ofRows ? ((acc ?? []) as Value[]).length : 0;
    return all.filter(
      (value, i) => i < trusted || all.findIndex((other) => textOf(other) === textOf(value)) === i,
    );
  };
  return {
    agg,
    aggReversed: agg,
    retract: (acc, input) => {
      if (acc === null || input === null) return acc;
      const gone = (input as Value[]).map(textOf);
      return (acc as Value[]).filter((value) => {
        const at = gone.indexOf(textOf(value));
        if (at >= 0) gone.splice(at, 1);
        return at < 0;
      });
    },
  };
}

function mergeByTime(acc: readonly [Value, Value][], input: readonly [Value, Value][]): Value {
  const map = new Map(acc);
  for (const [key, row] of input) {
    if (row === null) map.delete(key);
    else {
      const time = (row as Value[])[1] as Uint8Array | null;
      if (time === null) continue;
      const known = ((map.get(key) ?? null) as Value[] | null)?.[1] as Uint8Array | null | undefined;
      const later = known == null || Buffer.from(time).toString() > Buffer.from(known).toString();
      if (later) map.set(key, row);
    }
  }
  return [...map];
}

function nestedUpdate(spec: AggregatorSpec): ReferenceAggregator {
  const keyed = spec.nestedKey.length > 0;
  const byKey = (rows: readonly Value[][]): Map<Value, Value[]> =>
    new Map(rows.map((row) => [row[0] as Value, row]));
  const present = (rows: Value): Value[][] => (rows as (Value[] | null)[]).filter((row) => row !== null);
  return make(
    both((acc, input) => {
      if ((acc as Value[]).length >= spec.countLimit) return acc;
      const room = spec.countLimit - (acc as Value[]).length;
      const rows = [...present(acc), ...present(input).slice(0, room)];
      return keyed ? [...byKey(rows).values()] : rows;
    }),
    (acc, input) => {
      if (acc === null || input === null) return acc;
      if (!keyed) {
        const gone = present(input).map(textOf);
        return present(acc).filter((row) => !gone.includes(textOf(row)));
      }
      const map = byKey(present(acc));
      for (const row of present(input)) map.delete(row[0] as Value);
      return [...map.values()];
    },
  );
}
