// A data page taken apart: levels and values. Pure: no I/O.
//
//   v1  repetition levels and definition levels, each where the leaf has such levels, bit-packed or as
//         4  u32 little-endian, bytes that follow     runs (see encoding/rle-hybrid.ts)
//       values
//   v2  the same runs without their length, which stands in the page's header; values
//
// Source  apache/parquet-format, README.md, "Data Pages".
import { corrupt } from '../../../base/index.ts';
import { bitPackedSize, type Fail, runsOfBitPacked } from '../encoding/index.ts';
import { ENCODING } from '../footer.ts';
import { PAGE, type PageHeader } from '../page-header.ts';
import type { ParquetLeaf } from '../schema.ts';

/**
 * A page as stored, inflated.
 *
 * Shape   `levels`: what a v2 page stores in front of its values; empty for others. `body`: the rest.
 *         `offset` of the page's header in the file. The bytes may be written again once the page is used up.
 */
export interface ParquetPage {
  readonly file: string;
  readonly offset: number;
  readonly header: PageHeader;
  readonly levels: Uint8Array;
  readonly body: Uint8Array;
}

/** Levels and values of a data page. Levels a leaf does not have are empty. */
export interface PageParts {
  /** Values with nulls. */
  readonly valueCount: number;
  /** `ENCODING` of the values. */
  readonly encoding: number;
  readonly repetition: Uint8Array;
  readonly definition: Uint8Array;
  readonly values: Uint8Array;
  readonly fail: Fail;
}

const NOTHING = new Uint8Array(0);

/** Makes errors about a page. */
export function pageFail({ file, offset }: Pick<ParquetPage, 'file' | 'offset'>): Fail {
  return (what) => corrupt(file, offset, `Parquet page: ${what}`);
}

/**
 * Takes a data page apart.
 *
 * Errors  FILE_CORRUPT when the levels do not fit the page or are not encoded as runs.
 */
export function pageParts(page: ParquetPage, leaf: Pick<ParquetLeaf, 'repeats' | 'definition'>): PageParts {
  const { header, levels, body } = page;
  const fail = pageFail(page);
  const { valueCount, encoding } = header;
  if (valueCount < 0) throw fail('a page without a number of values');
  if (header.type === PAGE.DATA_V2) {
    const { repetitionSize } = header;
    const repetition = leaf.repeats > 0 ? levels.subarray(0, repetitionSize) : NOTHING;
    const definition = leaf.definition > 0 ? levels.subarray(repetitionSize) : NOTHING;
    return { valueCount, encoding, repetition, definition, values: body, fail };
  }
  let at = 0;
  const take = (maximum: number, levelEncoding: number): Uint8Array => {
    if (maximum === 0) return NOTHING;
    const left = body.subarray(at);
    if (levelEncoding === ENCODING.BIT_PACKED) {
      const size = bitPackedSize(maximum, valueCount);
      if (size > left.length) throw fail('levels beyond their page');
      at += size;
      return runsOfBitPacked(left.subarray(0, size), maximum, valueCount, fail);
    }
    if (levelEncoding !== ENCODING.RLE) throw fail(`levels of encoding ${levelEncoding}`);
    if (left.length < 4) throw fail('levels beyond their page');
    const size = new DataView(left.buffer, left.byteOffset, 4).getUint32(0, true);
    if (size > left.length - 4) throw fail('levels beyond their page');
    at += 4 + size;
    return left.subarray(4, 4 + size);
  };
  const repetition = take(leaf.repeats, header.repetitionEncoding);
  const definition = take(leaf.definition, header.definitionEncoding);
  return { valueCount, encoding, repetition, definition, values: body.subarray(at), fail };
}
