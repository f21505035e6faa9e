// What a column being built from pages offers to whoever reads the pages.
import type { Vector } from '../../arrow/index.ts';
import type { ParquetPage } from './page-parts.ts';

/**
 * What pages of a leaf are put into, one at a time.
 *
 * Shape   a page is put in when `rowsReady` is 0: first `startChunk` for the first one of a chunk of
 *         `valueCount` values with nulls, then its dictionary if it has one, then data pages.
 * Limits  one page and one dictionary are held, besides the batch.
 * Errors  FILE_CORRUPT naming the file and the page.
 */
export interface PageTarget {
  readonly rowsReady: number;
  startChunk(valueCount: number): void;
  setDictionary(page: ParquetPage): void;
  setPage(page: ParquetPage): void;
}

/**
 * A column of batches.
 *
 * Shape   `measure` looks at rows that come next, at most `rowsReady`, and says how many of them stay within
 *         `bytesMax`; `bytesOf` says what as many, or fewer, add to the batch; `append` adds them, after a
 *         `measure` of at least as many. `take` closes the batch.
 */
export interface RowColumn {
  readonly rowsReady: number;
  measure(rows: number, bytesMax: number): number;
  bytesOf(rows: number): number;
  append(rows: number): void;
  take(): Vector;
}

/** A column built from the pages of one leaf. */
export interface PageColumn extends PageTarget, RowColumn {}

/**
 * Rows that are measured and appended at once, at most: scratch memory is this long, and shorter where many
 * columns are read.
 */
export const STEP_ROWS = 2048;
