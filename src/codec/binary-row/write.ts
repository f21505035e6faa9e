// Cells into BinaryRow and BinaryArray bytes, byte for byte as Java writes them: they are hashed and
// compared.
import { assert, type DataType, LakeError } from '../../base/index.ts';
import type { Value } from '../arrow/index.ts';
import {
  arrayHeaderBytes,
  elementBytes,
  INLINE_BYTES_MAX,
  isCompactDecimal,
  isCompactTimestamp,
  nullBytesOf,
  wholeWords,
} from './layout.ts';

/** Bytes of one row: Java's own offsets are signed 32-bit integers. */
const ROW_BYTES_MAX = 2 ** 31 - 8;

/**
 * A row with its arity in front, as manifests and stats hold it.
 *
 * Source  Paimon, utils/SerializationUtils.java (serializeBinaryRow).
 */
export function encodeRow(types: readonly DataType[], cells: readonly Value[]): Uint8Array {
  const body = encodeRowBody(types, cells);
  const bytes = new Uint8Array(4 + body.length);
  new DataView(bytes.buffer).setInt32(0, types.length);
  bytes.set(body, 4);
  return bytes;
}

/**
 * A row without arity, as it is hashed. Row kind +I.
 *
 * Shape   cells as `Value`, text as string or UTF-8 bytes.
 * Errors  `LIMIT_EXCEEDED` beyond 2 GiB. A cell of the wrong JavaScript type is our bug.
 * Source  Paimon, data/BinaryRowWriter.java, data/AbstractBinaryWriter.java.
 */
export function encodeRowBody(types: readonly DataType[], cells: readonly Value[]): Uint8Array {
  assert(types.length === cells.length, `row of ${cells.length} cells for ${types.length} types`);
  const nullBytes = nullBytesOf(types.length);
  const writer = new Writer(nullBytes + 8 * types.length);
  types.forEach((type, i) => {
    const cell = cells[i] as Value;
    const at = nullBytes + 8 * i;
    if (cell !== null) {
      writer.cell(type, cell, at);
      return;
    }
    writer.setBit(0, i + 8);
    writer.reserveForNull(type, at);
  });
  return writer.finish();
}

/** A BinaryArray. As `encodeRowBody` otherwise. */
export function encodeArray(element: DataType, cells: readonly Value[]): Uint8Array {
  const header = arrayHeaderBytes(cells.length);
  const width = elementBytes(element);
  const writer = new Writer(wholeWords(header + width * cells.length));
  writer.setInt32(0, cells.length);
  cells.forEach((cell, i) => {
    if (cell === null) writer.setBit(4, i);
    else writer.cell(element, cell, header + width * i);
  });
  return writer.finish();
}

function encodeMap(key: DataType, value: DataType, pairs: readonly Value[]): Uint8Array {
  const keys = encodeArray(
    key,
    pairs.map((pair) => (pair as readonly Value[])[0] as Value),
  );
  const values = encodeArray(
    value,
    pairs.map((pair) => (pair as readonly Value[])[1] as Value),
  );
  const bytes = new Uint8Array(4 + keys.length + values.length);
  new DataView(bytes.buffer).setInt32(0, keys.length, true);
  bytes.set(keys, 4);
  bytes.set(values, 4 + keys.length);
  return bytes;
}

/** The fixed part of a row or array, and the variable part growing behind it. */
class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #end: number;

  constructor(fixedBytes: number) {
    this.#bytes = new Uint8Array(fixedBytes + 64);
    this.#view = new DataView(this.#bytes.buffer);
    this.#end = fixedBytes;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#end);
  }

  setBit(base: number, index: number): void {
    const at = base + (index >>> 3);
    this.#view.setUint8(at, this.#view.getUint8(at) | (1 << (index & 7)));
  }

  setInt32(at: number, value: number): void {
    this.#view.setInt32(at, value, true);
  }

  /** Wide decimals and timestamps keep their place for a later value even when null. */
  reserveForNull(type: DataType, at: number): void {
    if (type.kind === 'DECIMAL' && !isCompactDecimal(type.precision)) this.#point(at, this.#reserve(16), 0);
    else if (
      (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ') &&
      !isCompactTimestamp(type.precision)
    ) {
      this.#point(at, this.#reserve(8), 0);
    }
  }

  cell(type: DataType, cell: Exclude<Value, null>, at: number): void {
    if (this.#fixedCell(type, cell, at)) return;
    switch (type.kind) {
      case 'DECIMAL':
        this.#decimal(type.precision, cell as bigint, at);
        break;
      case 'TIMESTAMP':
      case 'TIMESTAMP_LTZ':
        this.#timestamp(type.precision, cell as bigint, at);
        break;
      case 'ARRAY':
        this.#pointed(encodeArray(type.element, cell as readonly Value[]), at);
        break;
      case 'MAP':
        this.#pointed(encodeMap(type.key, type.value, cell as readonly Value[]), at);
        break;
      case 'MULTISET':
        this.#pointed(encodeMap(type.element, INT, cell as readonly Value[]), at);
        break;
      case 'ROW': {
        const types = type.fields.map((field) => field.type);
        this.#pointed(encodeRowBody(types, cell as readonly Value[]), at);
        break;
      }
      default:
        this.#inlineOrPointed(typeof cell === 'string' ? encoder.encode(cell) : (cell as Uint8Array), at);
    }
  }

  #fixedCell(type: DataType, cell: Exclude<Value, null>, at: number): boolean {
    const view = this.#view;
    switch (type.kind) {
      case 'BOOLEAN':
        view.setUint8(at, cell ? 1 : 0);
        return true;
      case 'TINYINT':
        view.setInt8(at, cell as number);
        return true;
      case 'SMALLINT':
        view.setInt16(at, cell as number, true);
        return true;
      case 'INT':
      case 'DATE':
      case 'TIME':
        view.setInt32(at, cell as number, true);
        return true;
      case 'BIGINT':
        view.setBigInt64(at, cell as bigint, true);
        return true;
      // Java writes one NaN whatever bits it was given.
      case 'FLOAT':
        if (Number.isNaN(cell)) view.setUint32(at, 0x7fc00000, true);
        else view.setFloat32(at, cell as number, true);
        return true;
      case 'DOUBLE':
        if (Number.isNaN(cell)) view.setBigUint64(at, 0x7ff8000000000000n, true);
        else view.setFloat64(at, cell as number, true);
        return true;
      default:
        return false;
    }
  }

  #decimal(precision: number, unscaled: bigint, at: number): void {
    if (isCompactDecimal(precision)) {
      this.#view.setBigInt64(at, unscaled, true);
      return;
    }
    let length = 1;
    while (BigInt.asIntN(8 * length, unscaled) !== unscaled) length++;
    assert(length <= 16, `decimal of ${length} bytes`);
    const offset = this.#reserve(16);
    let rest = unscaled;
    for (let i = length - 1; i >= 0; i--) {
      this.#bytes[offset + i] = Number(rest & 0xffn);
      rest >>= 8n;
    }
    this.#point(at, offset, length);
  }

  #timestamp(precision: number, units: bigint, at: number): void {
    const unitsOfMilli = precision <= 6 ? 1000n : 1_000_000n;
    let rest = units % unitsOfMilli;
    if (rest < 0n) rest += unitsOfMilli;
    const millis = (units - rest) / unitsOfMilli;
    if (isCompactTimestamp(precision)) {
      this.#view.setBigInt64(at, millis, true);
      return;
    }
    const offset = this.#reserve(8);
    this.#view.setBigInt64(offset, millis, true);
    this.#point(at, offset, precision <= 6 ? Number(rest) * 1000 : Number(rest));
  }

  #inlineOrPointed(bytes: Uint8Array, at: number): void {
    if (bytes.length > INLINE_BYTES_MAX) {
      this.#pointed(bytes, at);
      return;
    }
    this.#bytes.set(bytes, at);
    this.#bytes[at + 7] = 0x80 | bytes.length;
  }

  #pointed(bytes: Uint8Array, at: number): void {
    const offset = this.#reserve(wholeWords(bytes.length));
    this.#bytes.set(bytes, offset);
    this.#point(at, offset, bytes.length);
  }

  #point(at: number, offset: number, low: number): void {
    this.#view.setInt32(at, low, true);
    this.#view.setInt32(at + 4, offset, true);
  }

  /** Zeroed bytes at the end; gives their offset. */
  #reserve(bytes: number): number {
    const offset = this.#end;
    this.#end += bytes;
    if (this.#end > ROW_BYTES_MAX) throw new LakeError('LIMIT_EXCEEDED', 'A row is larger than 2 GiB.');
    if (this.#end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, offset));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return offset;
  }
}

const INT: DataType = { kind: 'INT', nullable: false };
const encoder = new TextEncoder();
