// Temporary copies of Parquet files whose pages the engine cannot inflate: the deprecated codec LZ4 becomes
// LZ4_RAW. Page by page: one page and one inflated block of it are held at a time.
import type { FileHandle } from 'node:fs/promises';
import { open, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import {
  checkAborted,
  corrupt,
  LakeError,
  PARQUET_PAGE_BYTES_MAX,
  PARQUET_PAGE_HEADER_BYTES_MAX,
} from '../../base/index.ts';
import {
  CODEC,
  decodePageHeader,
  PAGE,
  type PageHeader,
  type ParquetChunk,
  type ParquetFooter,
  pageHeaderWithSize,
} from '../../codec/index.ts';
import { type ChunkPlace, withChunksAt } from './parquet-chunks.ts';
import { type CopyOptions, copyError, type LocatedFooter, openFile, tailOf } from './parquet-copy.ts';
import { rawBlockOf } from './parquet-lz4.ts';
import { RangeReader, SequentialWriter } from './range-io.ts';

/** A header is looked for in this many bytes first. */
const HEADER_LOOK_BYTES = 4096;

/** True when pages of these top-level columns are under the codec LZ4. */
export function holdsLz4(footer: ParquetFooter, columns: ReadonlySet<string>): boolean {
  return footer.chunks.some((chunk) => chunk.codec === CODEC.LZ4 && columns.has(chunk.path[0] ?? ''));
}

/**
 * Writes a copy of a Parquet file that holds the pages of `columns` only, those under LZ4 as LZ4_RAW.
 *
 * Shape   `options.footer`: what the copy's footer says, but for codecs and places. Page indexes and bloom
 *         filters are left out; chunks of other columns keep their places in the old file and must not be
 *         read.
 * Limits  PARQUET_PAGE_BYTES_MAX bytes a page, stored and inflated.
 * Errors  FILE_CORRUPT naming the file and the place, LIMIT_EXCEEDED, DISK_EXHAUSTED; nothing is left behind.
 */
export async function copyWithoutLz4(
  source: string,
  target: string,
  located: LocatedFooter,
  options: CopyOptions,
): Promise<void> {
  const from = await openFile(source);
  try {
    const to = await open(target, 'wx', 0o600);
    try {
      const writer = new SequentialWriter(to);
      await writer.write(Buffer.from('PAR1'));
      const places: (ChunkPlace | undefined)[] = [];
      for (const chunk of located.footer.chunks) {
        const wanted = options.columns.has(chunk.path[0] ?? '');
        places.push(
          wanted ? await copyChunk({ from, source, end: located.start }, chunk, writer, options) : undefined,
        );
      }
      await writer.write(tailOf(withChunksAt(options.footer, places, source)));
      await writer.flush();
    } finally {
      await to.close();
    }
  } catch (error) {
    await rm(target, { force: true });
    throw copyError(error, target);
  } finally {
    await from.close();
  }
}

interface Source {
  readonly from: FileHandle;
  readonly source: string;
  /** Where the footer begins. */
  readonly end: number;
}

async function copyChunk(
  { from, source, end }: Source,
  chunk: ParquetChunk,
  writer: SequentialWriter,
  options: { signal?: AbortSignal | undefined },
): Promise<ChunkPlace> {
  if (chunk.start + chunk.length > end) {
    throw corrupt(source, chunk.start, `pages of column ${chunk.path.join('.')} reach into the footer`);
  }
  const reader = new RangeReader(from, source, { start: chunk.start, end: chunk.start + chunk.length });
  const start = writer.position;
  let dataAt: number | undefined;
  let rawSize = 0;
  if (chunk.codec !== CODEC.LZ4) {
    for (; reader.left > 0; checkAborted(options.signal))
      await writer.write(await reader.take(reader.stepBytes));
    const dataOffset = chunk.dataAt - chunk.start;
    return { start, dataAt: start + dataOffset, size: chunk.length, rawSize: undefined, codec: chunk.codec };
  }
  while (reader.left > 0) {
    checkAborted(options.signal);
    const at = writer.position;
    const header = await readPageHeader(reader, source);
    if (header.type !== PAGE.DICTIONARY && isKept(header)) dataAt ??= at;
    rawSize += await copyPage(reader, header, source, writer);
  }
  // A chunk that does not say where its dictionary lies says the data begins there.
  if (chunk.dataAt === chunk.start) dataAt = start;
  return { start, dataAt: dataAt ?? start, size: writer.position - start, rawSize, codec: CODEC.LZ4_RAW };
}

function isKept(header: PageHeader): boolean {
  return header.type === PAGE.DATA || header.type === PAGE.DATA_V2 || header.type === PAGE.DICTIONARY;
}

/** The header the reader stands at, which it steps not over. */
export async function readPageHeader(reader: RangeReader, source: string): Promise<PageHeader> {
  for (let look = HEADER_LOOK_BYTES; ; look *= 8) {
    const bytes = await reader.peek(Math.min(look, PARQUET_PAGE_HEADER_BYTES_MAX));
    try {
      return decodePageHeader(bytes, source, reader.at);
    } catch (error) {
      // The least and greatest value in a header can be long: look at more of it, if there is more.
      if (bytes.length < look) throw error;
    }
  }
}

/** Copies the page the reader stands at; the bytes of its header and its values inflated. */
async function copyPage(
  reader: RangeReader,
  header: PageHeader,
  source: string,
  writer: SequentialWriter,
): Promise<number> {
  const { at } = reader;
  checkPageSizes(header, source, { at, left: reader.left });
  const head = Uint8Array.from(await reader.take(header.headerSize));
  const page = await reader.take(header.size);
  if (!isKept(header)) return 0;
  if (header.crc !== undefined && crc32(page) !== header.crc) {
    throw corrupt(source, at, 'Parquet page: the checksum differs');
  }
  if (!header.compressed) {
    await writer.write(head);
    await writer.write(page);
    return header.headerSize + header.rawSize;
  }
  const levels = page.subarray(0, header.levelsSize);
  const values = page.subarray(header.levelsSize);
  const offset = at + header.headerSize + header.levelsSize;
  const raw = rawBlockOf({ bytes: values, file: source, offset }, header.rawSize - header.levelsSize);
  const newHead = pageHeaderWithSize(head, header.levelsSize + raw.size, source, at);
  await writer.write(newHead);
  await writer.write(levels);
  for (const piece of raw.pieces()) await writer.write(piece);
  return newHead.length + header.rawSize;
}

/**
 * Throws unless the page behind a header lies inside its column's pages and is of a size that can be held.
 */
export function checkPageSizes(
  header: PageHeader,
  source: string,
  place: { at: number; left: number },
): void {
  if (header.size > place.left - header.headerSize) {
    throw corrupt(source, place.at, `Parquet page: ${header.size} bytes reach beyond the column's pages`);
  }
  const size = Math.max(header.size, header.rawSize);
  if (size > PARQUET_PAGE_BYTES_MAX) {
    const text = `${source}: a page of ${size} bytes at byte ${place.at} (PARQUET_PAGE_BYTES_MAX).`;
    throw new LakeError('LIMIT_EXCEEDED', text, { path: source });
  }
}
