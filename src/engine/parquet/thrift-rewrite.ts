// Copies structs of Thrift's compact protocol with some of their fields changed or left out. A field's header
// counts from the field before it, so headers are written anew; values that stay are copied as bytes.
import { THRIFT, type ThriftField, type ThriftReader } from './thrift-compact.ts';

/** What becomes of a field: copied, left out, or read and written by the function. */
export type FieldEdit = 'keep' | 'drop' | (() => void);

/** Bytes written so far, and what can be added to them. */
export class ThriftWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** The bytes written; they change no more when the writer is left alone. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  varint(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 128);
    this.byte(rest);
  }

  /** A number of at most 52 bits and a sign. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** The header of a field behind field `last`. */
  field(last: number, id: number, type: number): void {
    const delta = id - last;
    if (delta > 0 && delta < 16) {
      this.byte((delta << 4) | type);
    } else {
      this.byte(type);
      this.zigzag(id);
    }
  }

  list(size: number, type: number): void {
    if (size < 15) {
      this.byte((size << 4) | type);
    } else {
      this.byte(0xf0 | type);
      this.varint(size);
    }
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count));
    grown.set(this.bytes);
    this.#bytes = grown;
  }
}

/**
 * Copies the struct the reader stands at.
 *
 * Shape   `edit` is asked once for each field, in order. A function it gives is called with the reader at the
 *         field's value and the field's header written: it reads the value and writes another one of the same
 *         wire type.
 */
export function rewriteStruct(
  reader: ThriftReader,
  writer: ThriftWriter,
  edit: (field: ThriftField) => FieldEdit,
  depth: number,
): void {
  let last = 0;
  reader.struct((field) => {
    const what = edit(field);
    if (what === 'drop') return false;
    writer.field(last, field.id, field.type);
    last = field.id;
    const from = reader.at;
    if (what === 'keep') {
      reader.skip(field.type, depth + 1);
      writer.raw(reader.bytes.subarray(from, reader.at));
    } else {
      what();
    }
    return true;
  }, depth);
  writer.byte(0);
}

/** Copies the list of structs the reader stands at, each by `each`. */
export function rewriteStructs(reader: ThriftReader, writer: ThriftWriter, each: () => void): void {
  const { size, type } = reader.list();
  if (size > 0 && type !== THRIFT.STRUCT) throw reader.fail('a list of structs holds something else');
  writer.list(size, type);
  for (let i = 0; i < size; i++) each();
}
