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
import { loadZstd, type ZstdInflate } from '../../engine/index.ts';

/** A page of fewer bytes is inflated here and now: a thread would take longer to be asked. */
const SMALL_BYTES = 4096;
/** Pages a process inflates before it looks for a faster way: loading that takes as long as a few of them. */
const PAGES_BEFORE_NATIVE = 16;
/** How many times its size a page grows, beyond what is always given, before its size is doubted. */
const EXPANSION_LIKELY = 256;
const EXPANSION_FREE = 1024 * 1024;

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
};

/** True when pages of this `CODEC` can be inflated here. */
export function inflates(codec: number): boolean {
  return INFLATE[codec] !== undefined;
}

/**
 * Stored bytes of a page, and where they lie.
 *
 * Shape   `memory` gives memory of at least as many bytes, for what is inflated into it: not always.
 */
export interface StoredPage {
  readonly bytes: Uint8Array;
  readonly rawSize: number;
  readonly codec: number;
  readonly file: string;
  readonly offset: number;
  readonly memory: (bytes: number) => Uint8Array;
}

/**
 * Inflates a page.
 *
 * Shape   exactly `rawSize` bytes, in memory of their own or in what `memory` gave.
 * Limits  PAGES_INFLATING_MAX at a time on threads; no more than `rawSize` bytes are made.
 * Errors  FILE_CORRUPT naming the file and the page.
 */
export function inflatePage(page: StoredPage): Uint8Array | Promise<Uint8Array> {
  // Writers leave out what no codec would make nothing of.
  if (page.rawSize === 0 && page.bytes.length === 0) return page.bytes;
  if (page.rawSize > SMALL_BYTES) {
    if (page.codec === CODEC.ZSTD) return inTurn(page, zstdLater);
    const later = INFLATE_LATER[page.codec];
    if (later !== undefined) return inTurn(page, () => zlibLater(page, later));
  }
  return checked(page, inflateNow(page));
}

function inflateNow(page: StoredPage): Uint8Array | string {
  const { bytes, rawSize, codec } = page;
  if (codec !== CODEC.UNCOMPRESSED) return INFLATE[codec]?.(bytes, rawSize) ?? `codec ${codec}`;
  if (bytes.length !== rawSize) return bytes;
  const memory = page.memory(rawSize).subarray(0, rawSize);
  memory.set(bytes);
  return memory;
}

function checked(page: StoredPage, out: Uint8Array | string): Uint8Array {
  if (typeof out === 'string') throw corrupt(page.file, page.offset, `Parquet page: ${out}`);
  if (out.length === page.rawSize) return out;
  const text = `Parquet page: ${out.length} bytes come out where its header says ${page.rawSize}`;
  throw corrupt(page.file, page.offset, text);
}

let inflating = 0;
const waiting: (() => void)[] = [];

/** Inflates on a thread, when it is its turn. */
async function inTurn(
  page: StoredPage,
  inflate: (page: StoredPage) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array> {
  if (inflating >= PAGES_INFLATING_MAX) await new Promise<void>((go) => waiting.push(go));
  else inflating++;
  try {
    const out = await inflate(page);
    // What failed, or is several streams, is done again in the way that says why and knows of them.
    return out?.length === page.rawSize ? out : checked(page, inflateNow(page));
  } finally {
    const next = waiting.shift();
    if (next === undefined) inflating--;
    else next();
  }
}

function zlibLater(page: StoredPage, later: InflateLater): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    later(page.bytes, inflateOptions(page.bytes, page.rawSize), (error, bytes) =>
      resolve(error === null ? bytes : undefined),
    );
  });
}

let zstdPages = 0;
let zstd: ZstdInflate | undefined;

async function zstdLater(page: StoredPage): Promise<Uint8Array | undefined> {
  if (++zstdPages === PAGES_BEFORE_NATIVE) {
    void loadZstd().then((native) => {
      zstd = native;
    });
  }
  if (zstd === undefined)
    return zlibLater(page, (bytes, options, done) => zstdDecompress(bytes, options, done));
  const { rawSize, bytes } = page;
  // Bytes that can hardly make as much are not given as much at once.
  if (rawSize > bytes.length * EXPANSION_LIKELY + EXPANSION_FREE) return undefined;
  const memory = page.memory(rawSize).subarray(0, rawSize);
  const made = await zstd(bytes, memory);
  return made === rawSize ? memory : undefined;
}
