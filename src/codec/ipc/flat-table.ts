// FlatBuffers, as far as Arrow's messages need them: tables, their fields, vectors and texts, read from bytes
// of others. What lies outside the bytes throws a RangeError, which whoever reads a message turns into its
// own error.
//
//   table   i32, how far back its vtable lies
//   vtable  u16 bytes of the vtable, u16 bytes of the table, u16 for each field: where it lies in the table,
//           0 when it has its default
//   vector  u32 count, then the items; offsets are u32, relative to where they stand
//
// Source  google/flatbuffers, docs/source/internals.md.

/** Items a vector may have: more than any schema or batch needs, few enough to walk over. */
const ITEMS_MAX = 1_000_000;

const utf8 = new TextDecoder();

/** One table of a buffer. */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  /** The table a buffer holds. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  byte(field: number, absent = 0): number {
    const at = this.#field(field);
    return at === undefined ? absent : this.#view.getInt8(at);
  }

  short(field: number, absent = 0): number {
    const at = this.#field(field);
    return at === undefined ? absent : this.#view.getInt16(at, true);
  }

  int(field: number, absent = 0): number {
    const at = this.#field(field);
    return at === undefined ? absent : this.#view.getInt32(at, true);
  }

  /** A 64-bit count as a number. Errors: RangeError below 0 and beyond 2^53. */
  count(field: number): number {
    const at = this.#field(field);
    return at === undefined ? 0 : countAt(this.#view, at);
  }

  text(field: number): string | undefined {
    const at = this.#target(field);
    if (at === undefined) return undefined;
    const length = this.#view.getUint32(at, true);
    if (at + 4 + length > this.#view.byteLength) throw new RangeError('text beyond the message');
    return utf8.decode(new Uint8Array(this.#view.buffer, this.#view.byteOffset + at + 4, length));
  }

  table(field: number): FlatTable | undefined {
    const at = this.#target(field);
    return at === undefined ? undefined : new FlatTable(this.#view, at);
  }

  /** A vector of tables. */
  tables(field: number): readonly FlatTable[] {
    const { at, count } = this.#vector(field);
    return Array.from({ length: count }, (_, i) => {
      const item = at + 4 * i;
      return new FlatTable(this.#view, item + this.#view.getUint32(item, true));
    });
  }

  /** A vector of 64-bit counts, or of structs of `width` of them. */
  counts(field: number, width = 1): readonly number[] {
    const { at, count } = this.#vector(field);
    return Array.from({ length: count * width }, (_, i) => countAt(this.#view, at + 8 * i));
  }

  #vector(field: number): { readonly at: number; readonly count: number } {
    const at = this.#target(field);
    if (at === undefined) return { at: 0, count: 0 };
    const count = this.#view.getUint32(at, true);
    if (count > ITEMS_MAX || count > this.#view.byteLength)
      throw new RangeError(`a vector of ${count} items`);
    return { at: at + 4, count };
  }

  #target(field: number): number | undefined {
    const at = this.#field(field);
    return at === undefined ? undefined : at + this.#view.getUint32(at, true);
  }

  #field(field: number): number | undefined {
    const vtable = this.#at - this.#view.getInt32(this.#at, true);
    const slot = 4 + 2 * field;
    if (slot + 2 > this.#view.getUint16(vtable, true)) return undefined;
    const offset = this.#view.getUint16(vtable + slot, true);
    return offset === 0 ? undefined : this.#at + offset;
  }
}

function countAt(view: DataView, at: number): number {
  const value = view.getBigInt64(at, true);
  if (value < 0n || value > 9_007_199_254_740_991n) throw new RangeError(`a count of ${value}`);
  return Number(value);
}
