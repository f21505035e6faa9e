// Vectors out of JavaScript values as DuckDB's public API gives them. The slow way: used when the native
// bridge is not available.
import { LakeError } from '../../base/index.ts';
import type { BytesVector, Vector } from '../../codec/index.ts';
import type { FixedShape, Shape } from './duck-type.ts';
import { int96Nanos, int96Vector, scaled } from './time-value.ts';

/** A vector of `values`, one a row; null and undefined are nulls. */
export function vectorOfValues(shape: Shape, values: readonly unknown[]): Vector {
  const length = values.length;
  const validity = validityOf(values);
  switch (shape.kind) {
    case 'bool': {
      const bits = new Uint8Array((length + 7) >> 3);
      for (let i = 0; i < length; i++)
        if (values[i] === true) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
      return { layout: 'bool', length, validity, values: bits };
    }
    case 'fixed':
      return fixedOfValues(shape, values, validity);
    case 'int96':
      return int96Vector(
        shape.layout,
        validity,
        values.map((v) => (v === null || v === undefined ? 0n : int96Nanos(bytesOf(v), 0))),
      );
    case 'bytes':
      return bytesOfValues(values, validity);
    case 'list':
    case 'array': {
      const rows = values.map(itemsOf);
      const offsets = new Int32Array(length + 1);
      for (let i = 0; i < length; i++)
        offsets[i + 1] = (offsets[i] as number) + (rows[i] as unknown[]).length;
      return { layout: 'list', length, validity, offsets, child: vectorOfValues(shape.child, rows.flat(1)) };
    }
    case 'struct': {
      const children = shape.children.map((child, k) => {
        const name = shape.names[k] as string;
        return vectorOfValues(
          child,
          values.map((v) => memberOf(v, name)),
        );
      });
      return { layout: 'struct', length, validity, children };
    }
  }
}

function validityOf(values: readonly unknown[]): Uint8Array | null {
  let bits: Uint8Array | null = null;
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== null && values[i] !== undefined) continue;
    bits ??= new Uint8Array((values.length + 7) >> 3).fill(255);
    bits[i >> 3] = (bits[i >> 3] as number) & ~(1 << (i & 7));
  }
  return bits;
}

function fixedOfValues(shape: FixedShape, values: readonly unknown[], validity: Uint8Array | null): Vector {
  const length = values.length;
  const at = (i: number): bigint => scaled(shape, integerOf(values[i]));
  switch (shape.layout) {
    case 'i8':
      return { layout: 'i8', length, validity, values: Int8Array.from(values, (v) => Number(v ?? 0)) };
    case 'i16':
      return { layout: 'i16', length, validity, values: Int16Array.from(values, (v) => Number(v ?? 0)) };
    case 'i32':
      return { layout: 'i32', length, validity, values: Int32Array.from(values, (_, i) => Number(at(i))) };
    case 'i64':
      return { layout: 'i64', length, validity, values: BigInt64Array.from(values, (_, i) => at(i)) };
    case 'f32':
      return { layout: 'f32', length, validity, values: Float32Array.from(values, (v) => Number(v ?? 0)) };
    case 'f64':
      return { layout: 'f64', length, validity, values: Float64Array.from(values, (v) => Number(v ?? 0)) };
    case 'i128': {
      const words = new BigInt64Array(2 * length);
      for (let i = 0; i < length; i++) putWide(words, i, at(i));
      return { layout: 'i128', length, validity, values: words };
    }
  }
}

function putWide(words: BigInt64Array, i: number, value: bigint): void {
  words[2 * i] = BigInt.asIntN(64, value);
  words[2 * i + 1] = value >> 64n;
}

/**
 * The integer inside a value of the public API: a number, a bigint, or the one bigint its value classes
 * carry.
 */
function integerOf(value: unknown): bigint {
  if (value === null || value === undefined) return 0n;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(value);
  const v = value as Record<string, bigint | number | undefined>;
  const inner = v.micros ?? v.days ?? v.value ?? v.nanos ?? v.millis ?? v.milliseconds ?? v.seconds;
  if (inner === undefined) throw new LakeError('BUG', `No integer in a value of ${String(value)}.`);
  return BigInt(inner);
}

function bytesOfValues(values: readonly unknown[], validity: Uint8Array | null): BytesVector {
  const parts = values.map((v) => (v === null || v === undefined ? EMPTY : bytesOf(v)));
  const offsets = new Int32Array(parts.length + 1);
  let total = 0;
  for (let i = 0; i < parts.length; i++) {
    total += (parts[i] as Uint8Array).length;
    offsets[i + 1] = total;
  }
  const bytes = new Uint8Array(total);
  for (let i = 0; i < parts.length; i++) bytes.set(parts[i] as Uint8Array, offsets[i]);
  return { layout: 'bytes', length: values.length, validity, offsets, values: bytes };
}

const EMPTY = new Uint8Array(0);
const UTF8 = new TextEncoder();

function bytesOf(value: unknown): Uint8Array {
  return typeof value === 'string' ? UTF8.encode(value) : (value as { readonly bytes: Uint8Array }).bytes;
}

function itemsOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  const v = value as { readonly items?: readonly unknown[]; readonly entries?: readonly unknown[] };
  return v.items ?? v.entries ?? [];
}

/** A member of a struct value, or the key or value of a map entry. */
function memberOf(value: unknown, name: string): unknown {
  if (value === null || value === undefined) return null;
  const v = value as Record<string, unknown>;
  const entries = v.entries;
  if (entries !== undefined && typeof entries === 'object' && entries !== null) {
    return (entries as Record<string, unknown>)[name];
  }
  return v[name];
}
