// Arithmetic between DuckDB's and Paimon's units of time, shared by both bridges.
import { LakeError } from '../base/index.ts';
import type { FixedShape } from './duck-type.ts';

const NANOS_PER_DAY = 86_400_000_000_000n;
/** The Julian day of 1970-01-01. */
const EPOCH_JULIAN_DAY = 2_440_588n;
const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;

/**
 * A value of DuckDB in the unit of its vector.
 *
 * Errors  VALUE_OUT_OF_RANGE when seconds or milliseconds do not fit 64-bit microseconds.
 */
export function scaled(shape: FixedShape, value: bigint): bigint {
  switch (shape.convert) {
    case 'none':
      return value;
    case 'time':
    case 'timetz':
      return value / 1000n;
    case 'times': {
      const product = value * shape.factor;
      if (shape.layout === 'i64' && (product < I64_MIN || product > I64_MAX)) {
        throw new LakeError('VALUE_OUT_OF_RANGE', `Timestamp ${value} does not fit 64-bit microseconds.`);
      }
      return product;
    }
  }
}

/**
 * Nanoseconds since the epoch of a Parquet INT96 at `offset`.
 *
 * Shape   8 bytes nanoseconds of the day (signed: Java writes negative ones before 1970), 4 bytes Julian day, both little-endian.
 */
export function int96Nanos(bytes: Uint8Array, offset: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const day = BigInt(view.getInt32(offset + 8, true));
  return (day - EPOCH_JULIAN_DAY) * NANOS_PER_DAY + view.getBigInt64(offset, true);
}

/** Microseconds of the day in DuckDB's packed TIME WITH TIME ZONE: the upper 40 bits. */
export function packedTimeMicros(bits: bigint): bigint {
  return BigInt.asUintN(64, bits) >> 24n;
}
