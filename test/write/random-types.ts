// Random types and values of them: every type, nested ones too.
import type { DataType, Field } from '../../src/base/index.ts';
import type { Value } from '../../src/codec/index.ts';

/** Gives a whole number from 0 to below `n`. */
export type Random = (n: number) => number;

export function randomOf(start: number): Random {
  let state = start >>> 0;
  return (n) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return Math.floor((((state ^ (state >>> 13)) >>> 0) / 2 ** 32) * n);
  };
}

export function randomType(random: Random, depth: number): DataType {
  const nullable = random(4) > 0;
  const kind = random(depth > 0 ? 21 : 17);
  const simple = ['BOOLEAN', 'TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE', 'DATE'] as const;
  const named = simple[kind];
  if (named !== undefined) return { kind: named, nullable };
  switch (kind) {
    case 8:
    case 9:
      return { kind: 'VARCHAR', nullable, length: 2147483647 };
    case 10:
      return { kind: 'VARBINARY', nullable, length: 2147483647 };
    case 11:
      return { kind: 'TIME', nullable, precision: 3 };
    case 12:
      return { kind: 'TIMESTAMP', nullable, precision: random(10) };
    case 13:
      return { kind: 'TIMESTAMP_LTZ', nullable, precision: random(7) };
    case 14:
    case 15:
    case 16: {
      const precision = 1 + random(38);
      return { kind: 'DECIMAL', nullable, precision, scale: random(precision + 1) };
    }
    case 17:
      return { kind: 'ARRAY', nullable, element: randomType(random, depth - 1) };
    case 18: {
      const key = { ...randomType(random, 0), nullable: false };
      return { kind: 'MAP', nullable, key, value: randomType(random, depth - 1) };
    }
    case 19:
      return { kind: 'MULTISET', nullable, element: { ...randomType(random, 0), nullable: false } };
    default: {
      const fields = Array.from({ length: 1 + random(3) }, (_, i): Field => {
        return { id: 100 * depth + i, name: `f${i}`, type: randomType(random, depth - 1) };
      });
      return { kind: 'ROW', nullable, fields };
    }
  }
}

function bigOf(random: Random, digits: number): bigint {
  let text = '';
  for (let i = 0; i < 1 + random(digits); i++) text += random(10);
  return random(2) === 0 ? BigInt(text) : -BigInt(text);
}

/** `variety`: how many different values there are, roughly. */
export function randomCell(random: Random, type: DataType, variety: number, nulls: number): Value {
  if (type.nullable && random(100) < nulls) return null;
  const number = random(variety);
  switch (type.kind) {
    case 'BOOLEAN':
      return number % 2 === 0;
    case 'TINYINT':
      return (number % 256) - 128;
    case 'SMALLINT':
      return (number % 65_536) - 32_768;
    case 'INT':
    case 'DATE':
      return type.kind === 'INT' && random(20) === 0 ? -2147483648 : number - 700;
    case 'TIME':
      return (number * 977) % 86_400_000;
    case 'BIGINT':
      return random(20) === 0 ? -(2n ** 63n) : BigInt(number) * 4_294_967_297n - 5n;
    case 'FLOAT':
      return [Math.fround(number / 3), -0, Number.NaN, Infinity][random(30)] ?? Math.fround(-number / 7);
    case 'DOUBLE':
      return [number / 3, -0, Number.NaN, -Infinity][random(30)] ?? -number / 7;
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return Buffer.from(['', `é${number}`, 'x'.repeat(number % 90)][random(3)] ?? `${number}`);
    case 'DECIMAL':
      return variety < 100 ? BigInt(number % 10) : bigOf(random, type.precision);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      if (type.precision > 6)
        return BigInt(number - 500) * 86_400_123_457n * 10n ** BigInt(9 - type.precision);
      const unit = 10n ** BigInt(6 - type.precision);
      return BigInt(number - 500) * 1_234_567n * unit;
    }
    case 'ARRAY':
      return list(random, () => randomCell(random, type.element, variety, nulls));
    case 'MAP':
      return pairs(random, type.key, () => randomCell(random, type.value, variety, nulls));
    case 'MULTISET':
      return pairs(random, type.element, () => 1 + random(5));
    case 'ROW':
      return type.fields.map((field) => randomCell(random, field.type, variety, nulls));
  }
}

function list<T>(random: Random, item: () => T): readonly T[] {
  return Array.from({ length: [0, 1, 2, 3, 9][random(5)] as number }, item);
}

/** Keys differ: maps with the same key twice are not written. */
function pairs(random: Random, key: DataType, value: () => Value): Value {
  const keys = new Map(list(random, () => randomCell(random, key, 1000, 0)).map((k) => [readable(k), k]));
  return [...keys.values()].map((k) => [k, value()]);
}

export function readable(value: Value): string {
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return `[${value.map((v: Value) => readable(v)).join()}]`;
  return Object.is(value, -0) ? '-0' : `${value}`;
}
