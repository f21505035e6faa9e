// Fields of Thrift structs, written in the order of their ids.
import { THRIFT } from '../thrift-reader.ts';
import type { ThriftWriter } from '../thrift-writer.ts';

/** One struct that is open. */
export class StructWriter {
  readonly out: ThriftWriter;
  #last = 0;

  constructor(out: ThriftWriter) {
    this.out = out;
  }

  i16(id: number, value: number): void {
    this.#field(id, THRIFT.I16);
    this.out.zigzag(value);
  }

  i32(id: number, value: number): void {
    this.#field(id, THRIFT.I32);
    this.out.zigzag(value);
  }

  /** A number of at most 52 bits and a sign. */
  i64(id: number, value: number): void {
    this.#field(id, THRIFT.I64);
    this.out.zigzag(value);
  }

  boolean(id: number, value: boolean): void {
    this.#field(id, value ? THRIFT.TRUE : THRIFT.FALSE);
  }

  byte(id: number, value: number): void {
    this.#field(id, THRIFT.BYTE);
    this.out.byte(value);
  }

  binary(id: number, value: Uint8Array): void {
    this.#field(id, THRIFT.BINARY);
    writeBinary(this.out, value);
  }

  string(id: number, value: string): void {
    this.binary(id, encoder.encode(value));
  }

  struct(id: number, write: (inner: StructWriter) => void): void {
    this.#field(id, THRIFT.STRUCT);
    writeStruct(this.out, write);
  }

  structs<T>(id: number, items: readonly T[], write: (inner: StructWriter, item: T) => void): void {
    this.#list(id, items.length, THRIFT.STRUCT);
    for (const item of items) writeStruct(this.out, (inner) => write(inner, item));
  }

  i32s(id: number, items: readonly number[]): void {
    this.#list(id, items.length, THRIFT.I32);
    for (const item of items) this.out.zigzag(item);
  }

  i64s(id: number, items: readonly number[]): void {
    this.#list(id, items.length, THRIFT.I64);
    for (const item of items) this.out.zigzag(item);
  }

  booleans(id: number, items: readonly boolean[]): void {
    this.#list(id, items.length, THRIFT.TRUE);
    for (const item of items) this.out.byte(item ? THRIFT.TRUE : THRIFT.FALSE);
  }

  binaries(id: number, items: readonly Uint8Array[]): void {
    this.#list(id, items.length, THRIFT.BINARY);
    for (const item of items) writeBinary(this.out, item);
  }

  #list(id: number, size: number, type: number): void {
    this.#field(id, THRIFT.LIST);
    this.out.list(size, type);
  }

  #field(id: number, type: number): void {
    this.out.field(this.#last, id, type);
    this.#last = id;
  }
}

const encoder = new TextEncoder();

/** A whole struct, its end included. */
export function writeStruct(out: ThriftWriter, write: (struct: StructWriter) => void): void {
  write(new StructWriter(out));
  out.byte(0);
}

function writeBinary(out: ThriftWriter, value: Uint8Array): void {
  out.varint(value.length);
  out.raw(value);
}
