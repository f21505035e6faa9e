// Which bucket a key belongs to.
import { type DataType, LakeError } from '../base/index.ts';
import { encodeRowBody, murmurHashWords, type Value } from '../codec/index.ts';

/** The functions of option `bucket-function.type`. */
export type BucketFunctionName = 'default' | 'mod' | 'hive';

/** The bucket, 0 to `bucketCount` - 1, of the cells of a bucket key. `bucketCount` is positive. */
export type BucketFunction = (key: readonly Value[], bucketCount: number) => number;

/**
 * The bucket function of a table.
 *
 * Shape   `types` of the bucket key columns in hash order (see `bucketKeys`); keys as `Value`, text as
 *         strings or UTF-8.
 * Errors  `SCHEMA_INVALID` when the function does not take these types.
 * Source  Paimon, bucket/BucketFunction.java.
 */
export function bucketFunction(name: BucketFunctionName, types: readonly DataType[]): BucketFunction {
  switch (name) {
    case 'default':
      return (key, count) => Math.abs(rowHash(types, key) % count);
    case 'mod':
      return modFunction(types);
    case 'hive':
      for (const type of types) checkHiveType(type);
      return (key, count) => (hiveHash(types, key) & 0x7fffffff) % count;
  }
}

/** Paimon's 32-bit hash of a row: that of its bytes. */
export function rowHash(types: readonly DataType[], cells: readonly Value[]): number {
  return murmurHashWords(encodeRowBody(types, cells));
}

function modFunction(types: readonly DataType[]): BucketFunction {
  const [type] = types;
  if (types.length !== 1 || (type?.kind !== 'INT' && type?.kind !== 'BIGINT')) {
    const kinds = types.map((t) => t.kind).join(', ');
    throw new LakeError(
      'SCHEMA_INVALID',
      `Bucket function mod takes one INT or BIGINT column, not (${kinds}).`,
    );
  }
  // Java reads a null key as the 0 that lies in its slot.
  return ([value], count) => {
    const divisor = BigInt(count);
    const rest = BigInt((value ?? 0) as number | bigint) % divisor;
    return Number(rest < 0n ? rest + divisor : rest);
  };
}

function hiveHash(types: readonly DataType[], key: readonly Value[]): number {
  let hash = 0;
  for (const [i, type] of types.entries())
    hash = (Math.imul(31, hash) + hiveCellHash(type, key[i] ?? null)) | 0;
  return hash;
}

function checkHiveType(type: DataType): void {
  switch (type.kind) {
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      throw new LakeError('SCHEMA_INVALID', `Bucket function hive does not take ${type.kind} columns.`);
  }
}

function hiveCellHash(type: DataType, value: Value): number {
  if (value === null) return 0;
  switch (type.kind) {
    case 'BOOLEAN':
      return value ? 1 : 0;
    case 'BIGINT':
      return longHash(value as bigint);
    case 'FLOAT':
      return value === 0 ? 0 : floatBits(value as number);
    case 'DOUBLE':
      return value === 0 ? 0 : longHash(doubleBits(value as number));
    case 'DECIMAL':
      return decimalHash(value as bigint, type.scale);
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return bytesHash(typeof value === 'string' ? encoder.encode(value) : (value as Uint8Array));
    default:
      return value as number;
  }
}

const encoder = new TextEncoder();

function longHash(value: bigint): number {
  const bits = BigInt.asUintN(64, value);
  return Number(BigInt.asIntN(32, bits ^ (bits >> 32n)));
}

function bytesHash(bytes: Uint8Array): number {
  let hash = 0;
  for (const byte of bytes) hash = (Math.imul(31, hash) + ((byte << 24) >> 24)) | 0;
  return hash;
}

// Java's floatToIntBits and doubleToLongBits have one NaN.
function floatBits(value: number): number {
  if (Number.isNaN(value)) return 0x7fc00000;
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getInt32(0);
}

function doubleBits(value: number): bigint {
  if (Number.isNaN(value)) return 0x7ff8000000000000n;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigInt64(0);
}

/** `BigDecimal.hashCode` after Hive took the zeros at the end away. */
function decimalHash(unscaled: bigint, scale: number): number {
  let digits = unscaled;
  let places = unscaled === 0n ? 0 : scale;
  while (places > 0 && digits % 10n === 0n) {
    digits /= 10n;
    places--;
  }
  const magnitude = digits < 0n ? -digits : digits;
  let hash = 0;
  for (let shift = 96n; shift >= 0n; shift -= 32n) {
    hash = (Math.imul(31, hash) + Number(BigInt.asIntN(32, magnitude >> shift))) | 0;
  }
  return (Math.imul(31, digits < 0n ? -hash : hash) + places) | 0;
}
