// Walks Thrift's compact protocol over bytes that may be wrong: every step is checked against the bytes that
// are there, nesting is bounded.
//
//   struct  field headers and values, ended by 0x00. header: delta of the field id (4 bits), type (4 bits);
//   delta 0: zigzag varint id
//   list    size (4 bits, 15: varint follows), element type (4 bits), elements
//   map     varint size; when not 0: key type (4 bits), value type (4 bits), entries
import { corrupt, NESTING_DEPTH_MAX } from '../../base/index.ts';

/** Wire types of the compact protocol. */
export const THRIFT = {
  TRUE: 1,
  FALSE: 2,
  BYTE: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  BINARY: 8,
  LIST: 9,
  SET: 10,
  MAP: 11,
  STRUCT: 12,
  UUID: 13,
} as const;

/**
 * One field of a struct: its id, its wire type, and where its header began. The reader stands at its value.
 */
export interface ThriftField {
  readonly id: number;
  readonly type: number;
  readonly headerAt: number;
}

/** A position in compact bytes. `base` is the file offset of the first byte, for messages. */
export class ThriftReader {
  readonly bytes: Uint8Array;
  readonly #file: string;
  readonly #base: number;
  at = 0;

  constructor(bytes: Uint8Array, file: string, base = 0) {
    this.bytes = bytes;
    this.#file = file;
    this.#base = base;
  }

  /**
   * Calls `take` for each field of the struct here; a field it does not read (false) is skipped. `stop`
   * leaves the rest of the struct unread.
   */
  struct(take: (field: ThriftField) => boolean | 'stop', depth: number): void {
    this.#checkDepth(depth);
    let id = 0;
    for (;;) {
      const headerAt = this.at;
      const header = this.byte();
      if (header === 0) return;
      const delta = header >> 4;
      id = delta === 0 ? this.zigzag() : id + delta;
      const field = { id, type: header & 15, headerAt };
      const taken = take(field);
      if (taken === 'stop') return;
      if (!taken) this.skip(field.type, depth + 1);
    }
  }

  /** The size and element type of the list here; the reader stands at the first element. */
  list(): { readonly size: number; readonly type: number } {
    const header = this.byte();
    const size = header >> 4 === 15 ? this.varint() : header >> 4;
    this.#checkSize(size);
    return { size, type: header & 15 };
  }

  /** A varint of at most 53 bits. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
      scale *= 128;
    }
    throw this.fail('a number does not end');
  }

  /** A signed number: zigzag varint. */
  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  binary(): Uint8Array {
    const size = this.varint();
    this.#checkSize(size);
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  byte(): number {
    const value = this.bytes[this.at];
    if (value === undefined) throw this.fail('the bytes end');
    this.at += 1;
    return value;
  }

  /** Steps over a value of a wire type. Booleans of a struct lie in their header. */
  skip(type: number, depth: number): void {
    this.#checkDepth(depth);
    switch (type) {
      case THRIFT.TRUE:
      case THRIFT.FALSE:
        return;
      case THRIFT.BYTE:
        this.#jump(1);
        return;
      case THRIFT.I16:
      case THRIFT.I32:
      case THRIFT.I64:
        this.#skipVarint();
        return;
      case THRIFT.DOUBLE:
        this.#jump(8);
        return;
      case THRIFT.BINARY:
        this.binary();
        return;
      case THRIFT.LIST:
      case THRIFT.SET: {
        const { size, type: element } = this.list();
        for (let i = 0; i < size; i++) this.#skipElement(element, depth);
        return;
      }
      case THRIFT.MAP:
        this.#skipMap(depth);
        return;
      case THRIFT.STRUCT:
        this.struct(() => false, depth);
        return;
      case THRIFT.UUID:
        this.#jump(16);
        return;
      default:
        throw this.fail(`unknown wire type ${type}`);
    }
  }

  #skipMap(depth: number): void {
    const size = this.varint();
    if (size === 0) return;
    this.#checkSize(size);
    const types = this.byte();
    for (let i = 0; i < size; i++) {
      this.#skipElement(types >> 4, depth);
      this.#skipElement(types & 15, depth);
    }
  }

  /** Elements of lists and maps: a boolean takes a byte there. */
  #skipElement(type: number, depth: number): void {
    if (type === THRIFT.TRUE || type === THRIFT.FALSE) this.#jump(1);
    else this.skip(type, depth + 1);
  }

  #skipVarint(): void {
    for (let i = 0; i < 10; i++) if (this.byte() < 128) return;
    throw this.fail('a number does not end');
  }

  #jump(count: number): void {
    this.#checkSize(count);
    this.at += count;
  }

  /** Nothing is smaller than a byte, so a size beyond the rest of the bytes is wrong. */
  #checkSize(size: number): void {
    if (size > this.bytes.length - this.at) throw this.fail(`a size of ${size} does not fit the bytes left`);
  }

  #checkDepth(depth: number): void {
    if (depth > NESTING_DEPTH_MAX) throw this.fail(`nested deeper than ${NESTING_DEPTH_MAX}`);
  }

  /** The `corrupt` error for the place the reader stands at. */
  fail(what: string): Error {
    return corrupt(this.#file, this.#base + this.at, `Parquet footer: ${what}`);
  }
}
