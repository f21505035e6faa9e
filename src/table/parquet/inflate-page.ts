// Pages inflated: large ones on the threads of libuv's pool, while this thread decodes others.
import { brotliDecompress, gunzip, type InputType, type ZlibOptions, zstdDecompress } from 'node:zlib';
import { corrupt, PAGES_INFLATING_MAX } from '../../base/index.ts';
import {
  CODEC,
  inflateBrotli,
  inflateGzip,
  inflateHadoopLz4,
  inflateLz4,
  inflateOptions,
  inflateSnappy,
  inflateZstd,
} from '../../codec/index.ts';

/** A page of fewer bytes is inflated here and now: a thread would take longer to be asked. */
const SMALL_BYTES = 4096;

type Inflate = (bytes: Uint8Array, size: number) => Uint8Array | string;
type InflateLater = (
  bytes: InputType,
  options: Pick<ZlibOptions, 'chunkSize' | 'maxOutputLength'>,
  done: (error: Error | null, out: Uint8Array) => void,
) => void;

const INFLATE: Readonly<Record<number, Inflate>> = {
  [CODEC.UNCOMPRESSED]: (bytes) => bytes,
  [CODEC.SNAPPY]: inflateSnappy,
  [CODEC.GZIP]: inflateGzip,
  [CODEC.BROTLI]: inflateBrotli,
  [CODEC.LZ4]: inflateHadoopLz4,
  [CODEC.ZSTD]: inflateZstd,
  [CODEC.LZ4_RAW]: inflateLz4,
};

const INFLATE_LATER: Readonly<Record<number, InflateLater>> = {
  [CODEC.GZIP]: (bytes, options, done) => gunzip(bytes, options, done),
  [CODEC.BROTLI]: (bytes, options, done) => brotliDecompress(bytes, options, done),
  [CODEC.ZSTD]: (bytes, options, done) => zstdDecompress(bytes, options, done),
};

/** True when pages of this `CODEC` can be inflated here. */
export function inflates(codec: number): boolean {
  return INFLATE[codec] !== undefined;
}

/** Stored bytes of a page, and where they lie. */
export interface StoredPage {
  readonly bytes: Uint8Array;
  readonly rawSize: number;
  readonly codec: number;
  readonly file: string;
  readonly offset: number;
}

/**
 * Inflates a page.
 *
 * Shape   exactly `rawSize` bytes; of a page that is not compressed the same ones.
 * Limits  PAGES_INFLATING_MAX at a time on threads; no more than `rawSize` bytes are made.
 * Errors  FILE_CORRUPT naming the file and the page.
 */
export function inflatePage(page: StoredPage): Uint8Array | Promise<Uint8Array> {
  const later = page.rawSize > SMALL_BYTES ? INFLATE_LATER[page.codec] : undefined;
  return later === undefined ? checked(page, inflateNow(page)) : inflateLater(page, later);
}

function inflateNow({ bytes, rawSize, codec }: StoredPage): Uint8Array | string {
  return INFLATE[codec]?.(bytes, rawSize) ?? `codec ${codec}`;
}

function checked(page: StoredPage, out: Uint8Array | string): Uint8Array {
  if (typeof out === 'string') throw corrupt(page.file, page.offset, `Parquet page: ${out}`);
  if (out.length === page.rawSize) return out;
  const text = `Parquet page: ${out.length} bytes come out where its header says ${page.rawSize}`;
  throw corrupt(page.file, page.offset, text);
}

let inflating = 0;
const waiting: (() => void)[] = [];

async function inflateLater(page: StoredPage, later: InflateLater): Promise<Uint8Array> {
  if (inflating >= PAGES_INFLATING_MAX) await new Promise<void>((go) => waiting.push(go));
  else inflating++;
  try {
    const out = await new Promise<Uint8Array | undefined>((resolve) => {
      later(page.bytes, inflateOptions(page.bytes, page.rawSize), (error, bytes) =>
        resolve(error === null ? bytes : undefined),
      );
    });
    // What failed, or is several frames, is done again in the way that says why and knows of them.
    return checked(page, out?.length === page.rawSize ? out : inflateNow(page));
  } finally {
    const next = waiting.shift();
    if (next === undefined) inflating--;
    else next();
  }
}
