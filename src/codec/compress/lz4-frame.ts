// Frames of LZ4: blocks with a header, as Arrow has them.
//
//   0  4  magic 0x184D2204, little-endian like all numbers
//   4  1  flags: version 01 (2 bits), blocks stand alone, block checksums, content size, content checksum,
//         reserved, dictionary id
//   5  1  greatest block size, not needed here
//   6  8  content size, if flagged; then 4 of the dictionary id, if flagged; 1 header checksum
//   then blocks: u32 size, the highest bit set when stored as it is; bytes; u32 checksum, if flagged
//   then u32 0, and u32 content checksum, if flagged
//
// Source  lz4/lz4, lz4_Frame_format.md.
import { targetOf } from './copy.ts';
import { inflateLz4Into } from './lz4.ts';

const MAGIC = 0x184d2204;
const STORED = 0x80000000;
/** How far back a block may repeat what came before. */
const WINDOW = 65_536;

/**
 * Inflates one frame of LZ4, or says why it cannot as text. Checksums are not looked at.
 *
 * Limits  at most `size` bytes come out, and as many are allocated.
 * Errors  none; the text says what is wrong.
 */
export function inflateLz4Frame(bytes: Uint8Array, size: number): Uint8Array | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 7 || view.getUint32(0, true) !== MAGIC) return 'not a frame of LZ4';
  const flags = bytes[4] as number;
  if (flags >> 6 !== 1) return 'an LZ4 frame of another version';
  if ((flags & 1) !== 0) return 'an LZ4 frame that needs a dictionary';
  const [alone, blockSums] = [(flags & 32) !== 0, (flags & 16) !== 0];
  let at = 7 + ((flags & 8) === 0 ? 0 : 8);
  const target = targetOf(size);
  let to = 0;
  for (;;) {
    if (at + 4 > bytes.length) return 'the LZ4 frame ends early';
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) return target.bytes.subarray(0, to);
    const length = head >= STORED ? head - STORED : head;
    if (at + length > bytes.length) return 'the LZ4 frame ends early';
    const block = bytes.subarray(at, at + length);
    if (head >= STORED) {
      if (to + length > size) return `more than ${size} bytes come out`;
      target.bytes.set(block, to);
      to += length;
    } else {
      const made = inflateLz4Into(block, target, to, size - to, alone ? to : Math.max(0, to - WINDOW));
      if (typeof made === 'string') return made;
      to += made;
    }
    at += length + (blockSums ? 4 : 0);
  }
}
