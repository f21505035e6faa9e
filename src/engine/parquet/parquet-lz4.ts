// The values of a page under Parquet's deprecated codec LZ4 as one raw LZ4 block, the codec LZ4_RAW. Pure: no
// I/O.
//
//   Hadoop's framing, as Java writes it: frames until the page ends
//     4  u32 big-endian, bytes this frame makes
//     until it made them:
//       4  u32 big-endian, length of a block     the block: raw LZ4
//   Arrow's before 2020: one raw LZ4 block without framing
//
// A raw block that makes anything does not begin with a zero byte, as a frame below 16 MB does: it would
// repeat what is not there yet. Larger frames would have to fit the page's sizes to the byte.
//
// Source  hadoop-common, BlockCompressorStream.java and BlockDecompressorStream.java; apache/arrow,
//         compression_lz4.cc.
import { corrupt } from '../../base/index.ts';
import { inflateLz4 } from '../../codec/index.ts';

/** Bytes of a page as stored, and where they lie. */
export interface StoredBytes {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly offset: number;
}

/** The same values as one raw LZ4 block: its size, and its bytes piece by piece. */
export interface RawBlock {
  readonly size: number;
  pieces(): Iterable<Uint8Array>;
}

/**
 * Finds the raw LZ4 block that makes the same `rawSize` bytes.
 *
 * Shape   a page of one block gives that block; one of several is inflated, block by block, and stored as
 *         literals.
 * Limits  holds one inflated block at a time, at most what is missing of the page.
 * Errors  FILE_CORRUPT when several blocks do not make what they say. A single block is not looked into.
 */
export function rawBlockOf(stored: StoredBytes, rawSize: number): RawBlock {
  const { bytes } = stored;
  // Nothing to inflate, framed or not: an empty block.
  if (rawSize === 0 && bytes.every((byte) => byte === 0)) return whole(Uint8Array.of(0));
  const only = onlyBlock(bytes, rawSize);
  if (only !== undefined) return whole(only);
  for (const block of framedBlocks(bytes, rawSize)) {
    if (block.wrong === undefined) continue;
    if (bytes[0] === 0)
      throw corrupt(stored.file, stored.offset + block.start, `Parquet page: ${block.wrong}`);
    return whole(bytes);
  }
  return { size: lz4StoredHead(rawSize).length + rawSize, pieces: () => inflateFrames(stored, rawSize) };
}

function whole(bytes: Uint8Array): RawBlock {
  return { size: bytes.length, pieces: () => [bytes] };
}

/** The block of a page of one frame of one block. */
function onlyBlock(bytes: Uint8Array, rawSize: number): Uint8Array | undefined {
  if (bytes.length < 8 || u32(bytes, 0) !== rawSize || u32(bytes, 4) !== bytes.length - 8) return undefined;
  return bytes.subarray(8);
}

/** A block and what it makes, or the place where the bytes stop being frames. */
interface FramedBlock {
  readonly start: number;
  readonly end: number;
  readonly wrong?: string;
}

function* framedBlocks(bytes: Uint8Array, rawSize: number): Generator<FramedBlock> {
  let at = 0;
  let missing = rawSize;
  const stop = (wrong: string) => ({ start: at, end: at, wrong });
  while (at < bytes.length) {
    if (bytes.length - at < 4) return yield stop('an LZ4 frame ends early');
    let left = u32(bytes, at);
    if (left > missing) return yield stop(`an LZ4 frame of ${left} bytes where ${missing} are missing`);
    missing -= left;
    at += 4;
    while (left > 0) {
      const length = bytes.length - at < 4 ? -1 : u32(bytes, at);
      if (length < 0 || length > bytes.length - at - 4) return yield stop('an LZ4 block ends early');
      at += 4;
      const made = inflateLz4(bytes.subarray(at, at + length), left);
      if (typeof made === 'string') return yield stop(made);
      left -= made.length;
      yield { start: at, end: at + length };
      at += length;
    }
  }
  if (missing > 0) yield stop(`LZ4 frames end ${missing} bytes early`);
}

/** One block of literals made of blocks that were found right. */
function* inflateFrames(stored: StoredBytes, rawSize: number): Generator<Uint8Array> {
  yield lz4StoredHead(rawSize);
  for (const { start, end } of framedBlocks(stored.bytes, rawSize)) {
    const raw = inflateLz4(stored.bytes.subarray(start, end), rawSize);
    if (typeof raw === 'string') throw corrupt(stored.file, stored.offset + start, `Parquet page: ${raw}`);
    yield raw;
  }
}

/** What stands before `size` literals so that both together are an LZ4 block: stored, not compressed. */
function lz4StoredHead(size: number): Uint8Array {
  if (size < 15) return Uint8Array.of(size << 4);
  const rest = size - 15;
  const head = new Uint8Array(2 + Math.floor(rest / 255)).fill(255);
  head[0] = 0xf0;
  head[head.length - 1] = rest % 255;
  return head;
}

function u32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
}
