// BinaryRow and BinaryArray bytes into cells. Every offset is checked against the bytes that are there.
import { corrupt, type DataType, type LakeError, NESTING_DEPTH_MAX } from '../../base/index.ts';
import type { Value } from '../arrow/index.ts';
import { javaUtf8 } from '../text/index.ts';
import {
  arrayHeaderBytes,
  elementBytes,
  INLINE_BYTES_MAX,
  isCompactDecimal,
  isCompactTimestamp,
  nullBytesOf,
} from './layout.ts';

/**
 * The cells of a serialized row: its arity as four big-endian bytes, then the row.
 *
 * Shape   as `Value`, except that CHAR and VARCHAR are strings; BINARY and VARBINARY are views into `bytes`.
 * Errors  `FILE_CORRUPT` naming `file` and the byte inside the row, also when the arity is not that of
 *         `types`.
 * Source  Paimon, utils/SerializationUtils.java (deserializeBinaryRow).
 */
export function decodeRow(types: readonly DataType[], bytes: Uint8Array, file: string): Value[] {
  const arity = arityOf(bytes, file);
  if (arity !== types.length) {
    throw corrupt(file, undefined, `a row of ${arity} fields stands where ${types.length} are expected`);
  }
  return decodeRowBody(types, bytes.subarray(4), file);
}

/** The arity in front of a serialized row. */
export function arityOf(bytes: Uint8Array, file: string): number {
  if (bytes.length < 4) throw corrupt(file, undefined, `a serialized row has ${bytes.length} bytes`);
  return viewOf(bytes).getInt32(0);
}

/** The cells of a row without arity in front. As `decodeRow` otherwise. */
export function decodeRowBody(types: readonly DataType[], bytes: Uint8Array, file: string): Value[] {
  return new Section(bytes, file, 0).row(types);
}

/**
 * One cell of a serialized row, without decoding the others.
 *
 * Shape   `at` counts from 0; a row with fewer fields gives undefined.
 * Errors  as `decodeRow`.
 */
export function decodeCell(type: DataType, at: number, bytes: Uint8Array, file: string): Value | undefined {
  const arity = arityOf(bytes, file);
  return at < arity ? new Section(bytes.subarray(4), file, 0).cellOfRow(type, at, arity) : undefined;
}

/**
 * The elements of a serialized BinaryArray.
 *
 * Errors  as `decodeRow`.
 */
export function decodeArray(element: DataType, bytes: Uint8Array, file: string): Value[] {
  return new Section(bytes, file, 0).array(element);
}

/** Bytes that offsets are relative to: one row, array or map. */
class Section {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  readonly #depth: number;

  constructor(bytes: Uint8Array, file: string, depth: number) {
    if (depth > NESTING_DEPTH_MAX) throw corrupt(file, undefined, 'a row is nested too deeply');
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#file = file;
    this.#depth = depth;
  }

  row(types: readonly DataType[]): Value[] {
    const nullBytes = nullBytesOf(types.length);
    this.#need(0, nullBytes + 8 * types.length);
    return types.map((type, i) => (this.#bit(0, i + 8) ? null : this.#cell(type, nullBytes + 8 * i)));
  }

  cellOfRow(type: DataType, at: number, arity: number): Value {
    const nullBytes = nullBytesOf(arity);
    this.#need(0, nullBytes + 8 * arity);
    return this.#bit(0, at + 8) ? null : this.#cell(type, nullBytes + 8 * at);
  }

  array(element: DataType): Value[] {
    this.#need(0, 4);
    const count = this.#view.getInt32(0, true);
    if (count < 0) throw this.#bad(0, `an array has ${count} elements`);
    const header = arrayHeaderBytes(count);
    const width = elementBytes(element);
    this.#need(0, header + count * width);
    const cells: Value[] = new Array(count);
    for (let i = 0; i < count; i++) {
      cells[i] = this.#bit(4, i) ? null : this.#cell(element, header + i * width);
    }
    return cells;
  }

  map(key: DataType, value: DataType): Value[] {
    this.#need(0, 4);
    const keyBytes = this.#view.getInt32(0, true);
    if (keyBytes < 0) throw this.#bad(0, `the keys of a map have ${keyBytes} bytes`);
    const keys = this.#below(4, keyBytes).array(key);
    const values = this.#below(4 + keyBytes, this.#bytes.length - 4 - keyBytes).array(value);
    if (keys.length !== values.length) {
      throw this.#bad(4, `a map has ${keys.length} keys and ${values.length} values`);
    }
    return keys.map((k, i) => [k, values[i] as Value]);
  }

  #cell(type: DataType, at: number): Value {
    const view = this.#view;
    switch (type.kind) {
      case 'BOOLEAN':
        return view.getUint8(at) !== 0;
      case 'TINYINT':
        return view.getInt8(at);
      case 'SMALLINT':
        return view.getInt16(at, true);
      case 'INT':
      case 'DATE':
      case 'TIME':
        return view.getInt32(at, true);
      case 'BIGINT':
        return view.getBigInt64(at, true);
      case 'FLOAT':
        return view.getFloat32(at, true);
      case 'DOUBLE':
        return view.getFloat64(at, true);
      case 'DECIMAL':
        return isCompactDecimal(type.precision) ? view.getBigInt64(at, true) : this.#wideDecimal(at);
      case 'TIMESTAMP':
      case 'TIMESTAMP_LTZ':
        return this.#timestamp(type.precision, at);
      case 'CHAR':
      case 'VARCHAR':
        return javaUtf8(this.#slice(at));
      case 'BINARY':
      case 'VARBINARY':
        return this.#slice(at);
      case 'ARRAY':
        return this.#nested(at).array(type.element);
      case 'MAP':
        return this.#nested(at).map(type.key, type.value);
      case 'MULTISET':
        return this.#nested(at).map(type.element, { kind: 'INT', nullable: false });
      case 'ROW':
        return this.#nested(at).row(type.fields.map((field) => field.type));
    }
  }

  #wideDecimal(at: number): bigint {
    const offset = this.#view.getInt32(at + 4, true);
    const length = this.#view.getInt32(at, true);
    if (length < 1 || length > 16) throw this.#bad(at, `a decimal has ${length} bytes`);
    this.#need(offset, length);
    let value = BigInt(this.#view.getInt8(offset));
    for (let i = 1; i < length; i++) value = (value << 8n) | BigInt(this.#view.getUint8(offset + i));
    return value;
  }

  #timestamp(precision: number, at: number): bigint {
    if (isCompactTimestamp(precision)) return this.#view.getBigInt64(at, true) * 1000n;
    const offset = this.#view.getInt32(at + 4, true);
    const nanos = this.#view.getInt32(at, true);
    if (nanos < 0 || nanos > 999_999)
      throw this.#bad(at, `a timestamp has ${nanos} nanoseconds of a millisecond`);
    this.#need(offset, 8);
    const millis = this.#view.getBigInt64(offset, true);
    if (precision <= 6) return millis * 1000n + BigInt(Math.floor(nanos / 1000));
    return millis * 1_000_000n + BigInt(nanos);
  }

  /** The bytes of a slot that holds them itself or points to them. */
  #slice(at: number): Uint8Array {
    const mark = this.#view.getUint8(at + 7);
    if ((mark & 0x80) === 0) return this.#pointed(at);
    const length = mark & 0x7f;
    if (length > INLINE_BYTES_MAX) throw this.#bad(at, `a slot says that it holds ${length} bytes`);
    return this.#bytes.subarray(at, at + length);
  }

  #pointed(at: number): Uint8Array {
    const offset = this.#view.getInt32(at + 4, true);
    const length = this.#view.getInt32(at, true);
    this.#need(offset, length);
    return this.#bytes.subarray(offset, offset + length);
  }

  #nested(at: number): Section {
    return new Section(this.#pointed(at), this.#file, this.#depth + 1);
  }

  #below(offset: number, length: number): Section {
    this.#need(offset, length);
    return new Section(this.#bytes.subarray(offset, offset + length), this.#file, this.#depth + 1);
  }

  #bit(base: number, index: number): boolean {
    return ((this.#view.getUint8(base + (index >>> 3)) >> (index & 7)) & 1) === 1;
  }

  #need(offset: number, length: number): void {
    if (offset >= 0 && length >= 0 && offset + length <= this.#bytes.length) return;
    throw this.#bad(offset, `${length} bytes are needed, the row has ${this.#bytes.length} in all`);
  }

  #bad(offset: number, what: string): LakeError {
    return corrupt(this.#file, undefined, `row byte ${offset}: ${what}`);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
