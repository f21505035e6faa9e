// How single values of Avro become the words of a vector: dates and times, decimals, timestamps.
import { type DataType, unsupported } from '../../base/index.ts';
import type { Lanes, Store } from './column.ts';
import type { Cursor } from './cursor.ts';
import type { AvroType } from './schema.ts';

export const storeInt: Store = (cursor, lanes, at) => {
  lanes[at] = cursor.int();
  return true;
};
export const storeLong: Store = (cursor, lanes, at) => {
  cursor.longWords();
  lanes[at] = cursor.low;
  lanes[at + 1] = cursor.high;
  return true;
};
export const storeFloat: Store = (cursor, lanes, at) => {
  lanes[at] = cursor.float();
  return true;
};
export const storeDouble: Store = (cursor, lanes, at) => {
  lanes[at] = cursor.double();
  return true;
};
/** Microseconds of the day as milliseconds. */
export const storeTimeMicros: Store = (cursor, lanes, at) => {
  lanes[at] = Math.floor(cursor.safeLong() / 1000);
  return true;
};

/**
 * A timestamp as written, or undefined when the type is none. Avro's `local-` or not makes no difference:
 * Paimon gives both the wrong way round, and each is a count from the epoch.
 */
export function timestampStore(avro: AvroType, precision: number, file: string): Store | undefined {
  if (avro.kind !== 'long') return undefined;
  const unit = avro.logical?.replace(/^local-/, '');
  if (unit !== 'timestamp-millis' && unit !== 'timestamp-micros') return undefined;
  if (precision > 6) {
    const nanos = unit === 'timestamp-millis' ? 1_000_000n : 1000n;
    return (cursor, lanes, at) => storeWords(lanes, at, cursor.long() * nanos, 4);
  }
  if (unit === 'timestamp-micros') return storeLong;
  return (cursor, lanes, at) => {
    cursor.longWords();
    const { low, high } = cursor;
    // Within 2^42 milliseconds (1830 to 2109) a double holds the microseconds exactly.
    if (high >= -0x400 && high < 0x400) {
      const micros = (high * 4294967296 + (low >>> 0)) * 1000;
      lanes[at] = micros | 0;
      lanes[at + 1] = Math.floor(micros / 4294967296);
      return true;
    }
    const micros = cursor.joined() * 1000n;
    if (BigInt.asIntN(64, micros) !== micros) {
      throw unsupported('timestamp range', `${file}: a timestamp does not fit 64-bit microseconds`);
    }
    return storeWords(lanes, at, micros, 2);
  };
}

/**
 * A decimal as written: the unscaled value, big-endian two's complement. More digits than `precision` give
 * null, as in Java's Decimal.fromBigDecimal.
 */
export function decimalStore(
  type: DataType & { kind: 'DECIMAL' },
  lengthOf: (cursor: Cursor) => number,
): Store {
  const limit = 10n ** BigInt(type.precision);
  const words = type.precision <= 18 ? 2 : 4;
  // Bytes in which no value reaches the limit.
  let bytesSafe = 0;
  while (2n ** BigInt(8 * (bytesSafe + 1) - 1) < limit) bytesSafe++;
  return (cursor, lanes, at) => {
    const length = lengthOf(cursor);
    if (length === 0) throw cursor.bad('decimal without bytes');
    const start = cursor.at;
    cursor.at = start + length;
    const { bytes } = cursor;
    const sign = (bytes[start] as number) > 0x7f ? -1 : 0;
    let from = start + length;
    for (let word = 0; word < words; word++) {
      let value = sign;
      for (let shift = 0; shift < 32 && from > start; shift += 8) {
        value = (value & ~(0xff << shift)) | ((bytes[--from] as number) << shift);
      }
      lanes[at + word] = value;
    }
    if (length <= bytesSafe) return true;
    while (from > start) if (bytes[--from] !== (sign & 0xff)) return false;
    if (((lanes[at + words - 1] as number) ^ sign) < 0) return false;
    let value = 0n;
    for (let word = words - 1; word >= 0; word--)
      value = (value << 32n) | BigInt((lanes[at + word] as number) >>> 0);
    value = BigInt.asIntN(32 * words, value);
    return value < limit && value > -limit;
  };
}

function storeWords(lanes: Lanes, at: number, value: bigint, words: number): true {
  for (let word = 0; word < words; word++)
    lanes[at + word] = Number(BigInt.asIntN(32, value >> BigInt(32 * word)));
  return true;
}
