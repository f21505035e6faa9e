// Verifies the checksums Java's writer leaves in every page. Neither Java nor the engine looks at them when
// they read.
import { crc32 } from 'node:zlib';
import { checkAborted, corrupt } from '../../base/index.ts';
import { openFile, readParquetFooter } from './parquet-copy.ts';
import { checkPageSizes, readPageHeader } from './parquet-recode.ts';
import { RangeReader } from './range-io.ts';

/** Pages of a file. `withChecksum`: those that were verified; pages without one are walked over. */
export interface PagesVerified {
  readonly pages: number;
  readonly withChecksum: number;
}

/**
 * Walks over all pages of a Parquet file and compares each with its checksum.
 *
 * Limits  one page in memory, at most `PARQUET_PAGE_BYTES_MAX`.
 * Errors  FILE_CORRUPT naming the file and the place of the page; LIMIT_EXCEEDED; CANCELLED.
 * Source  apache/parquet-format, parquet.thrift: CRC-32 of the page as stored, without its header.
 */
export async function verifyParquetPages(path: string, signal?: AbortSignal): Promise<PagesVerified> {
  const { footer, start: end } = await readParquetFooter(path);
  const file = await openFile(path);
  let pages = 0;
  let withChecksum = 0;
  try {
    for (const chunk of footer.chunks) {
      const name = chunk.path.join('.');
      if (chunk.start + chunk.length > end) {
        throw corrupt(path, chunk.start, `pages of column ${name} reach into the footer`);
      }
      const reader = new RangeReader(file, path, { start: chunk.start, end: chunk.start + chunk.length });
      while (reader.left > 0) {
        checkAborted(signal);
        const { at } = reader;
        const header = await readPageHeader(reader, path);
        checkPageSizes(header, path, { at, left: reader.left });
        await reader.take(header.headerSize);
        const page = await reader.take(header.size);
        pages++;
        if (header.crc === undefined) continue;
        withChecksum++;
        if (crc32(page) !== header.crc) throw corrupt(path, at, `the checksum of a page of ${name} differs`);
      }
    }
  } finally {
    await file.close();
  }
  return { pages, withChecksum };
}
