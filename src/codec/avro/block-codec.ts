// Compressed Avro blocks. What a block inflates to is bounded, whatever it says of itself.
import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { AVRO_BLOCK_BYTES_MAX, corrupt, LakeError, unsupported } from '../../base/index.ts';
import { inflateSnappy } from '../compress/index.ts';

/** Turns the bytes of a block, which starts at `offset` of the file, into the bytes of its records. */
export type InflateBlock = (bytes: Uint8Array, offset: number) => Uint8Array;

/**
 * The way to inflate blocks of the codec an Avro file names.
 *
 * Limits  a block inflates to at most `AVRO_BLOCK_BYTES_MAX`.
 * Errors  `FEATURE_UNSUPPORTED` naming the codec; the function throws `FILE_CORRUPT` naming the block's
 *         offset.
 * Source  Avro 1.12 specification, "Required Codecs", "Optional Codecs".
 */
export function blockCodec(codec: string, file: string): InflateBlock {
  switch (codec) {
    case 'null':
      return (bytes) => bytes;
    case 'deflate':
      return guarded(file, codec, (bytes) =>
        inflateRawSync(bytes, {
          maxOutputLength: AVRO_BLOCK_BYTES_MAX,
          chunkSize: chunkSize(bytes, undefined),
        }),
      );
    case 'snappy':
      return guarded(file, codec, snappy);
    case 'zstandard':
      return guarded(file, codec, zstandard);
    default: {
      const name = codec.length > 100 ? `${codec.slice(0, 100)}...` : codec;
      throw unsupported(`avro codec ${name}`, `${file}: Avro codec ${JSON.stringify(name)} cannot be read`);
    }
  }
}

function guarded(
  file: string,
  codec: string,
  inflate: (bytes: Uint8Array) => Uint8Array | string,
): InflateBlock {
  return (bytes, offset) => {
    let result: Uint8Array | string;
    try {
      result = inflate(bytes);
    } catch (error) {
      if (error instanceof LakeError) throw error;
      throw corrupt(file, offset, `Avro block does not inflate (${codec})`, error);
    }
    if (typeof result === 'string') throw corrupt(file, offset, `Avro block does not inflate: ${result}`);
    return result;
  };
}

/** Snappy as Avro writes it: the block, then the CRC-32 of the inflated bytes, big-endian. */
function snappy(bytes: Uint8Array): Uint8Array | string {
  const end = bytes.length - 4;
  if (end < 1) return 'Snappy block too short';
  const out = inflateSnappy(bytes.subarray(0, end), AVRO_BLOCK_BYTES_MAX);
  if (typeof out === 'string') return out;
  const view = new DataView(bytes.buffer, bytes.byteOffset + end, 4);
  return crc32(out) === view.getUint32(0) ? out : 'CRC-32 of the Snappy block differs';
}

function zstandard(bytes: Uint8Array): Uint8Array | string {
  const size = zstdContentSize(bytes);
  if (size !== undefined && size > AVRO_BLOCK_BYTES_MAX) return `zstd block announces ${size} bytes`;
  const out = zstdDecompressSync(bytes, {
    maxOutputLength: AVRO_BLOCK_BYTES_MAX,
    chunkSize: chunkSize(bytes, size),
  });
  if (size !== undefined && out.length < size) return 'zstd block is shorter than it announces';
  return out;
}

/**
 * One output buffer for the whole block where its size is known and not far beyond what the input can hold.
 */
function chunkSize(bytes: Uint8Array, size: number | undefined): number {
  const likely = Math.min(size ?? bytes.length * 4, bytes.length * 64);
  return Math.max(1024, Math.min(likely, 16 * 1024 * 1024));
}

/**
 * The content size in the header of a zstd frame, or undefined when it does not say.
 *
 *   0   magic       u32 little-endian 0xFD2FB528
 *   4   descriptor  bits 7-6 size flag, bit 5 single segment, bits 1-0 dictionary id flag
 *   5   window      1 byte, absent for a single segment
 *       dictionary  0, 1, 2 or 4 bytes
 *       size        0 (1 for a single segment), 2 (+256), 4 or 8 bytes little-endian
 */
function zstdContentSize(bytes: Uint8Array): number | undefined {
  if (bytes.length < 6) return undefined;
  const descriptor = bytes[4]!;
  const single = (descriptor & 0x20) !== 0;
  const flag = descriptor >> 6;
  const width = flag === 0 ? (single ? 1 : 0) : 1 << flag;
  const at = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
  if (width === 0 || at + width > bytes.length) return undefined;
  let size = width === 2 ? 256 : 0;
  for (let i = 0; i < width; i++) size += bytes[at + i]! * 2 ** (8 * i);
  return size;
}
