// Arithmetic between DuckDB's and Paimon's units of time, shared by both bridges.
import { corrupt, LakeError, type TimeKind } from '../../base/index.ts';
import type { Vector } from '../../codec/index.ts';
import type { FixedShape } from './duck-type.ts';

const INT96_BYTES = 12;
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
 * Shape   8 bytes nanoseconds of the day (signed: Java writes negative ones before 1970), 4 bytes Julian day,
 *         both little-endian.
 */
export function int96Nanos(bytes: Uint8Array, offset: number): bigint {
  if (bytes.length - offset < INT96_BYTES) {
    throw corrupt('INT96', offset, 'a timestamp is not 12 bytes long');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const day = BigInt(view.getInt32(offset + 8, true));
  return (day - EPOCH_JULIAN_DAY) * NANOS_PER_DAY + view.getBigInt64(offset, true);
}

/** A vector of INT96 values: nanoseconds, or microseconds rounded down. */
export function int96Vector(
  layout: 'i64' | 'i128',
  validity: Uint8Array | null,
  nanos: readonly bigint[],
): Vector {
  const { length } = nanos;
  if (layout === 'i64') {
    const micros = BigInt64Array.from(nanos, (n) => floorDivide(n, 1000n));
    return { layout, length, validity, values: micros };
  }
  const words = new BigInt64Array(2 * length);
  for (let i = 0; i < length; i++) {
    const value = nanos[i] as bigint;
    words[2 * i] = BigInt.asIntN(64, value);
    words[2 * i + 1] = value >> 64n;
  }
  return { layout, length, validity, values: words };
}

/** Microseconds of the day in DuckDB's packed TIME WITH TIME ZONE: the upper 40 bits. */
export function packedTimeMicros(bits: bigint): bigint {
  return BigInt.asUintN(64, bits) >> 24n;
}

/** High words of microseconds that are below 2^40, which divide exactly. */
const TIME_HIGH_MAX = 256;

/**
 * Times of the day in milliseconds, by the two words of each value: what `scaled` gives, without bigints.
 * False, `out` being undefined, when a value (perhaps of a null slot) is too large for that.
 */
export function timesToMillis(words: Uint32Array, convert: 'time' | 'timetz', out: Int32Array): boolean {
  if (convert === 'timetz') {
    for (let i = 0; i < out.length; i++) {
      const micros = (words[2 * i + 1] as number) * 256 + ((words[2 * i] as number) >>> 24);
      out[i] = Math.floor(micros / 1000);
    }
    return true;
  }
  for (let i = 0; i < out.length; i++) {
    const high = words[2 * i + 1] as number;
    if (high >= TIME_HIGH_MAX) return false;
    out[i] = Math.floor((high * 4294967296 + (words[2 * i] as number)) / 1000);
  }
  return true;
}

/**
 * A timestamp of a vector in the unit it has inside the engine: nanoseconds for TIMESTAMP(7..9), else
 * microseconds.
 *
 * Errors  VALUE_OUT_OF_RANGE for nanoseconds outside 1677-09-21 to 2262-04-11.
 */
export function stagedTimestamp(type: TimestampType, value: bigint): bigint {
  if (type.precision <= 6) return value;
  if (type.kind === 'TIMESTAMP_LTZ') return floorDivide(value, 1000n);
  if (value > I64_MIN && value < I64_MAX) return value;
  const years = 'outside the years 1677 to 2262 the engine holds';
  throw new LakeError('VALUE_OUT_OF_RANGE', `TIMESTAMP(${type.precision}): ${value} ns lies ${years}.`);
}

interface TimestampType {
  readonly kind: TimeKind;
  readonly precision: number;
}

function floorDivide(value: bigint, by: bigint): bigint {
  return (value - (((value % by) + by) % by)) / by;
}
