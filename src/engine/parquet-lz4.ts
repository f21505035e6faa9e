// The values of a page under Parquet's deprecated codec LZ4 as one raw LZ4 block, the codec LZ4_RAW. Pure: no I/O.
//
//   Hadoop's framing, as Java writes it: frames until the page ends
//     4  u32 big-endian, bytes this frame makes
//     until it made them:
//       4  u32 big-endian, length of a block     the block: raw LZ4
//   Arrow's before 2020: one raw LZ4 block without framing
//
// A raw block cannot be taken for frames: beginning with a zero byte, as frames below 16 MB do, it would repeat what is not there yet;
// other frames would have to fit the page's sizes to the byte.
//
// Source  hadoop-common, BlockCompressorStream.java and BlockDecompressorStream.java; apache/arrow, compression_lz4.cc.
import { corrupt } from '../base/index.ts';
import { inflateLz4, lz4StoredHead } from '../codec/index.ts';

/** Where stored bytes lie, for messages. */
export interface StoredBytes {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly offset: number;
}

interface Block {
  readonly start: number;
  readonly end: number;
}

/** The same values as one raw LZ4 block: its size, and its bytes piece by piece. */
export interface RawBlock {
  readonly size: number;
  pieces(): Iterable<Uint8Array>;
}

/**
 * Finds the raw LZ4 block that makes the same `rawSize` bytes.
 *
 * Shape   a page of one block gives that block; one of several is decompressed, block by block, and stored as literals.
 * Limits  holds one decompressed block at a time, at most what is missing of the page.
 * Errors  FILE_CORRUPT when blocks of a page of several do not make what they say; a single block is not looked into.
 */
export function rawBlockOf(stored: StoredBytes, rawSize: number): RawBlock {
  const { bytes } = stored;
  const blocks = framedBlocks(bytes, rawSize);
  // Nothing to unpack: an empty block.
  if (rawSize === 0 && (blocks !== undefined || bytes.length === 0)) return whole(Uint8Array.of(0));
  if (blocks === undefined) return whole(bytes);
  const [only] = blocks;
  if (blocks.length === 1 && only !== undefined) return whole(bytes.subarray(only.start, only.end));
  const head = lz4StoredHead(rawSize);
  return {
    size: head.length + rawSize,
    *pieces() {
      yield head;
      yield* inflateBlocks(stored, blocks, rawSize);
    },
  };
}

function whole(bytes: Uint8Array): RawBlock {
  return { size: bytes.length, pieces: () => [bytes] };
}

/**
 * The blocks of frames that make `rawSize` bytes, undefined when the bytes are not framed. How much each block makes is not written, so a
 * frame ends where what follows can be a frame that ends the page, or is the last.
 */
function framedBlocks(bytes: Uint8Array, rawSize: number): readonly Block[] | undefined {
  const blocks: Block[] = [];
  let at = 0;
  let made = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 4) return undefined;
    const frame = u32(bytes, at);
    at += 4;
    made += frame;
    if (made > rawSize) return undefined;
    const end = readFrame(bytes, at, frame, blocks);
    if (end === undefined) return undefined;
    at = end;
  }
  return made === rawSize ? blocks : undefined;
}
