// The hash codes Java gives to Paimon's internal values. They decide the order of distinct elements and
// merged maps.
import type { DataType } from '../../base/index.ts';
import type { Value } from '../arrow/index.ts';
import { encodeRowBody } from '../binary-row/index.ts';
import { murmurHashBytes, murmurHashWords } from '../murmur.ts';

/**
 * `hashCode()` of a value as Paimon holds it in memory.
 *
 * Shape   a signed 32-bit integer; 0 for null. BINARY values hash by their address in Java and nested ones
 *         not at all: 0 here.
 * Source  OpenJDK's boxes; Paimon, data/BinaryString.java, Decimal.java, Timestamp.java.
 */
export function javaHash(type: DataType, value: Value): number {
  if (value === null) return 0;
  switch (type.kind) {
    case 'BOOLEAN':
      return value === true ? 1231 : 1237;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'DATE':
    case 'TIME':
      return value as number;
    case 'BIGINT':
      return longHash(value as bigint);
    case 'FLOAT':
      return new Int32Array(Float32Array.of(value as number).buffer)[0] as number;
    case 'DOUBLE':
      return longHash(new BigInt64Array(Float64Array.of(value as number).buffer)[0] as bigint);
    case 'CHAR':
    case 'VARCHAR':
      return murmurHashBytes(value as Uint8Array);
    case 'DECIMAL':
      return (Math.imul(31, integerHash(value as bigint)) + type.scale) | 0;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestampHash(value as bigint, type.precision <= 6 ? 1_000n : 1_000_000n);
    default:
      return 0;
  }
}

/** `hashCode()` of a BinaryRow of these cells. */
export function javaRowHash(types: readonly DataType[], cells: readonly Value[]): number {
  return murmurHashWords(encodeRowBody(types, cells));
}

function longHash(value: bigint): number {
  return Number(BigInt.asIntN(32, value ^ (BigInt.asUintN(64, value) >> 32n)));
}

/** BigInteger's: 32-bit words of the magnitude, highest first, then the sign. */
function integerHash(value: bigint): number {
  const words: number[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 32n)
    words.push(Number(rest & 0xffffffffn) | 0);
  let hash = 0;
  for (const word of words.reverse()) hash = (Math.imul(31, hash) + word) | 0;
  return value < 0n ? -hash | 0 : hash;
}

function timestampHash(value: bigint, perMillisecond: bigint): number {
  const rest = ((value % perMillisecond) + perMillisecond) % perMillisecond;
  const millis = (value - rest) / perMillisecond;
  const nanos = Number(rest * (1_000_000n / perMillisecond));
  const low = Number(BigInt.asIntN(32, millis)) ^ Number(BigInt.asIntN(32, millis >> 32n));
  return (Math.imul(31, low) + nanos) | 0;
}
