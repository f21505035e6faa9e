// Little-endian integers out of bytes, never beyond their end.
import { corrupt, type LakeError } from '../../base/index.ts';

/** `file` and `fileOffset` (where `bytes` starts in the file) are for messages. */
export class ByteReader {
  at = 0;
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly file: string;
  private readonly fileOffset: number;

  constructor(bytes: Uint8Array, file: string, fileOffset: number) {
    // A Buffer's `slice` would not copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.file = file;
    this.fileOffset = fileOffset;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    return this.bytes[this.skip(1)] as number;
  }

  u16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  /** A 64-bit count or index, which must lie within 2^53. */
  safe64(): number {
    const low = this.u32();
    const high = this.u32();
    if (high >= 0x200000) throw this.bad('integer beyond 2^53');
    return high * 4294967296 + low;
  }

  /** `count` 16-bit integers, copied. */
  u16s(count: number): Uint16Array {
    const start = this.skip(2 * count);
    return new Uint16Array(this.bytes.slice(start, this.at).buffer, 0, count);
  }

  /** Moves on and returns where it was. */
  skip(count: number): number {
    if (count > this.left) throw this.bad('roaring bitmap ends early');
    const start = this.at;
    this.at += count;
    return start;
  }

  bad(what: string): LakeError {
    return corrupt(this.file, this.fileOffset + this.at, what);
  }
}
