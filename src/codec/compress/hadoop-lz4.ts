// LZ4 blocks framed as Hadoop frames them, or not framed at all: what Parquet's deprecated codec LZ4 means.
//
//   Hadoop's framing, as Java writes it: frames until the bytes end
//     4  u32 big-endian, bytes this frame makes
//     until it made them:
//       4  u32 big-endian, length of a block     the block: raw LZ4
//   Arrow's before 2020: one raw LZ4 block without framing
//
// A raw block that makes anything does not begin with a zero byte, as a frame below 16 MB does: it would
// repeat what is not there yet. Larger frames would have to fit the sizes to the byte.
//
// Source  hadoop-common, BlockCompressorStream.java and BlockDecompressorStream.java; apache/arrow,
//         compression_lz4.cc.
import { type Target, targetOf } from './copy.ts';
import { inflateLz4, inflateLz4Into } from './lz4.ts';

/**
 * Inflates framed or raw LZ4, or says why it cannot as text.
 *
 * Shape   `size`: the bytes that should come out; the caller looks whether they are as many.
 * Limits  at most `size` bytes are allocated, and no more than the format can make of the bytes given.
 */
export function inflateHadoopLz4(bytes: Uint8Array, size: number): Uint8Array | string {
  // Nothing to inflate, framed or not: an empty block.
  if (size === 0 && bytes.every((byte) => byte === 0)) return new Uint8Array(0);
  const target = targetOf(Math.min(size, bytes.length * 255));
  const framed = inflateFrames(bytes, target);
  if (framed === undefined) return target.bytes.subarray(0, target.size);
  return bytes[0] === 0 ? framed : inflateLz4(bytes, size);
}

/** Fills the target with what the frames make, or says what is wrong. */
function inflateFrames(bytes: Uint8Array, target: Target): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let to = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 4) return 'an LZ4 frame ends early';
    let left = view.getUint32(at);
    at += 4;
    const missing = target.size - to;
    if (left > missing) return `an LZ4 frame of ${left} bytes where ${missing} are missing`;
    while (left > 0) {
      const length = bytes.length - at < 4 ? -1 : view.getUint32(at);
      if (length < 0 || length > bytes.length - at - 4) return 'an LZ4 block ends early';
      at += 4;
      const made = inflateLz4Into(bytes.subarray(at, at + length), target, to, left);
      if (typeof made === 'string') return made;
      at += length;
      to += made;
      left -= made;
    }
  }
  return to === target.size ? undefined : `LZ4 frames end ${target.size - to} bytes early`;
}
