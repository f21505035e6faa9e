// Bytes that grow while a page is encoded, kept for the next page.

/**
 * Grows by doubling; `clear` keeps the memory. Bytes handed out by `written` are valid until the next write.
 */
export class ByteOutput {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** Makes room for `count` more bytes and gives the array to write them to, at `length`. */
  room(count: number): Uint8Array {
    const needed = this.length + count;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.bytes.length, needed));
      grown.set(this.written);
      this.bytes = grown;
    }
    return this.bytes;
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length).set(bytes, this.length);
    this.length += bytes.length;
  }

  /** An unsigned number below 2^31: seven bits a byte, least significant first. */
  varint(value: number): void {
    const bytes = this.room(5);
    let rest = value;
    for (; rest > 127; rest >>>= 7) bytes[this.length++] = (rest & 127) | 128;
    bytes[this.length++] = rest;
  }
}
