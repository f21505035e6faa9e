// Vectors copied into a DuckDB chunk as bytes: numbers as they are, text as string_t that point at our memory
// until the append copied it. Text must be UTF-8, which DuckDB does not check here: `wellFormedBatch` comes
// before.
import { assert, type DataType, type Field } from '../../base/index.ts';
import type { Batch, BytesVector, ListVector, Vector, WideVector } from '../../codec/index.ts';
import { isValid, wideAt } from '../../codec/index.ts';
import { Bits } from '../column/native-bits.ts';
import { stagedTimestamp } from '../column/time-value.ts';
import type { Appender } from '../duckdb.ts';
import { type Address, addressOf, type VectorWriter, type WritableVector } from '../duckdb-native.ts';

const STRING_BYTES = 16;
const INLINE_MAX = 12;
/** Smaller arrays live where V8 may move them. */
const PINNED_BYTES_MIN = 128;

/** Appends rows `from` to `from + count` (at most one DuckDB vector, 2048) of a batch. */
export function appendNative(
  writer: VectorWriter,
  appender: Appender,
  fields: readonly Field[],
  batch: Batch,
  from: number,
  count: number,
): void {
  // Memory that string_t point at has to stay referenced until the chunk was appended.
  const pinned: unknown[] = [];
  appender.append(count, () => {
    for (const [k, field] of fields.entries()) {
      const target = writer.data_chunk_get_vector(appender.external, k);
      write({ writer, pinned }, target, field.type, batch.columns[k] as Vector, from, count);
    }
  });
  pinned.length = 0;
}

interface Copy {
  readonly writer: VectorWriter;
  readonly pinned: unknown[];
}

function write(
  copy: Copy,
  target: WritableVector,
  type: DataType,
  source: Vector,
  from: number,
  count: number,
): void {
  writeValidity(copy.writer, target, source, from, count);
  switch (source.layout) {
    case 'bytes':
      writeStrings(copy, target, source, from, count);
      return;
    case 'list':
      writeList(copy, target, type, source, from, count);
      return;
    case 'struct':
      writeChildren(copy, target, memberTypes(type), source.children, from, count);
      return;
    default: {
      const bytes = fixedBytes(type, source, from, count);
      copy.writer.copy_data_to_vector(target, 0, bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
  }
}

function writeChildren(
  copy: Copy,
  target: WritableVector,
  types: readonly DataType[],
  children: readonly Vector[],
  from: number,
  count: number,
): void {
  for (const [k, child] of children.entries()) {
    const into = copy.writer.struct_vector_get_child(target, k);
    write(copy, into, types[k] as DataType, child, from, count);
  }
}

function writeValidity(
  writer: VectorWriter,
  target: WritableVector,
  source: Vector,
  from: number,
  count: number,
): void {
  if (source.validity === null || count === 0) return;
  const bits = new Bits();
  bits.append(source.validity, from, count);
  writer.vector_ensure_validity_writable(target);
  writer.copy_data_to_vector_validity(target, 0, bits.bytes.buffer, 0, (count + 7) >> 3);
}

function memberTypes(type: DataType): readonly DataType[] {
  switch (type.kind) {
    case 'ROW':
      return type.fields.map((f) => f.type);
    case 'MAP':
      return [type.key, type.value];
    case 'MULTISET':
      return [type.element, { kind: 'INT', nullable: false }];
    default:
      return [];
  }
}

/** LIST and MAP: entries count from the first child row of the slice. */
function writeList(
  copy: Copy,
  target: WritableVector,
  type: DataType,
  source: ListVector,
  from: number,
  count: number,
): void {
  const { writer } = copy;
  const first = source.offsets[from] as number;
  const rows = (source.offsets[from + count] as number) - first;
  const entries = new Uint32Array(4 * count);
  for (let i = 0; i < count; i++) {
    const start = source.offsets[from + i] as number;
    entries[4 * i] = start - first;
    entries[4 * i + 2] = isValid(source, from + i) ? (source.offsets[from + i + 1] as number) - start : 0;
  }
  writer.list_vector_reserve(target, rows);
  writer.list_vector_set_size(target, rows);
  writer.copy_data_to_vector(target, 0, entries.buffer, 0, entries.byteLength);
  if (rows === 0) return;
  const child = writer.list_vector_get_child(target);
  const element = type.kind === 'ARRAY' ? type.element : type;
  if (type.kind === 'ARRAY') {
    write(copy, child, element, source.child, first, rows);
    return;
  }
  assert(source.child.layout === 'struct', 'a map without keys and values');
  writeChildren(copy, child, memberTypes(type), source.child.children, first, rows);
}

function writeStrings(
  copy: Copy,
  target: WritableVector,
  source: BytesVector,
  from: number,
  count: number,
): void {
  const values = pin(source.values);
  const base = addressOf(values);
  const memory = new Uint8Array(new ArrayBuffer(Math.max(PINNED_BYTES_MIN, count * STRING_BYTES)));
  const words = new Uint32Array(memory.buffer);
  for (let i = 0; i < count; i++) {
    if (!isValid(source, from + i)) continue;
    const start = source.offsets[from + i] as number;
    const length = (source.offsets[from + i + 1] as number) - start;
    const at = i * STRING_BYTES;
    words[4 * i] = length;
    const inline = Math.min(length, length <= INLINE_MAX ? INLINE_MAX : 4);
    for (let j = 0; j < inline; j++) memory[at + 4 + j] = values[start + j] as number;
    if (length > INLINE_MAX) setPointer(words, 4 * i + 2, base + start);
  }
  copy.pinned.push(values, memory);
  copy.writer.copy_data_to_vector(target, 0, memory.buffer, 0, count * STRING_BYTES);
}

function setPointer(words: Uint32Array, at: number, address: Address): void {
  words[at] = address % 4294967296;
  words[at + 1] = Math.floor(address / 4294967296);
}

function pin(values: Uint8Array): Uint8Array {
  if (values.byteLength >= PINNED_BYTES_MIN) return values;
  const copy = new Uint8Array(new ArrayBuffer(PINNED_BYTES_MIN));
  copy.set(values);
  return copy;
}

type Fixed = Exclude<Vector, BytesVector | ListVector | { readonly layout: 'struct' }>;

/** Numbers in the bytes DuckDB keeps for the type. */
function fixedBytes(type: DataType, source: Fixed, from: number, count: number): ArrayBufferView {
  if (source.layout === 'bool') {
    const out = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const at = from + i;
      out[i] = ((source.values[at >> 3] as number) >> (at & 7)) & 1;
    }
    return out;
  }
  if (type.kind === 'TIME') {
    const values = source.values as Int32Array;
    return BigInt64Array.from({ length: count }, (_, i) => BigInt(values[from + i] as number) * 1000n);
  }
  if (type.kind === 'DECIMAL' && type.precision <= 9) {
    const values = source.values as BigInt64Array;
    const cell = (_: unknown, i: number): number =>
      isValid(source, from + i) ? Number(values[from + i]) : 0;
    return type.precision <= 4
      ? Int16Array.from({ length: count }, cell)
      : Int32Array.from({ length: count }, cell);
  }
  if (source.layout === 'i128') return wideBytes(type, source, from, count);
  return source.values.subarray(from, from + count);
}

function wideBytes(type: DataType, source: WideVector, from: number, count: number): ArrayBufferView {
  if (type.kind !== 'TIMESTAMP' && type.kind !== 'TIMESTAMP_LTZ') {
    return source.values.subarray(2 * from, 2 * (from + count));
  }
  return BigInt64Array.from({ length: count }, (_, i) =>
    isValid(source, from + i) ? stagedTimestamp(type, wideAt(source, from + i)) : 0n,
  );
}
