// Streams that Node's zlib inflates, capped: zstd, gzip, brotli.
import { brotliDecompressSync, gunzipSync, type ZlibOptions, zstdDecompressSync } from 'node:zlib';

/** The first output buffer: likely all that comes out, unless the bytes claim what they can hardly hold. */
const FIRST_CHUNK_MAX = 16 * 1024 * 1024;
const FIRST_CHUNK_MIN = 1024;
/** How many times its size a block likely grows, at most, where its size is only announced. */
const EXPANSION_LIKELY = 64;
/** Room behind the announced size, so that the end of the stream is seen in the same step. */
const END_ROOM = 64;

/**
 * Inflates zstd frames, or says why it cannot as text.
 *
 * Shape   `size`: what should come out; less may come out, which the caller looks at.
 * Limits  at most `size` bytes come out.
 */
export function inflateZstd(bytes: Uint8Array, size: number): Uint8Array | string {
  const first = capped(zstdDecompressSync, bytes, size);
  if (typeof first === 'string' || first.length >= size) return first;
  return inflateFrames(bytes, size);
}

/** As `inflateZstd`, for gzip. Members that follow each other are inflated one after the other. */
export function inflateGzip(bytes: Uint8Array, size: number): Uint8Array | string {
  return capped(gunzipSync, bytes, size);
}

/** As `inflateZstd`, for brotli. */
export function inflateBrotli(bytes: Uint8Array, size: number): Uint8Array | string {
  return capped(brotliDecompressSync, bytes, size);
}

type Inflate = (bytes: Uint8Array, options: Pick<ZlibOptions, 'chunkSize' | 'maxOutputLength'>) => Uint8Array;

function capped(inflate: Inflate, bytes: Uint8Array, size: number): Uint8Array | string {
  try {
    return inflate(bytes, inflateOptions(bytes, size));
  } catch (error) {
    return reasonOf(error, size);
  }
}

/**
 * How Node's zlib is to inflate what should become `size` bytes: capped, and in one step if that is likely.
 */
export function inflateOptions(bytes: Uint8Array, size: number) {
  const likely = Math.min(size + END_ROOM, bytes.length * EXPANSION_LIKELY);
  const chunkSize = Math.max(FIRST_CHUNK_MIN, Math.min(likely, FIRST_CHUNK_MAX));
  return { chunkSize, maxOutputLength: Math.max(1, size) };
}

function reasonOf(error: unknown, size: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_BUFFER_TOO_LARGE' ? `more than ${size} bytes come out` : message;
}

/** Several zstd frames: Node stops behind the first. */
function inflateFrames(bytes: Uint8Array, size: number): Uint8Array | string {
  const parts: Uint8Array[] = [];
  let made = 0;
  for (let at = 0; at < bytes.length; ) {
    const rest = bytes.subarray(at);
    try {
      // The types do not know that `info` makes it tell how far it read.
      const options = { ...inflateOptions(rest, size - made), info: true };
      const { buffer, engine } = zstdDecompressSync(rest, options) as unknown as Informed;
      parts.push(buffer);
      made += buffer.length;
      at += engine.bytesWritten;
      if (engine.bytesWritten === 0) return 'a frame of no bytes';
    } catch (error) {
      return reasonOf(error, size);
    }
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts, made);
}

interface Informed {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}
