// What a column being built from pages offers to whoever reads the pages.
import type { Vector } from '../../arrow/index.ts';
import type { ParquetPage } from './page-parts.ts';

/**
 * A column of batches, built from the pages of one leaf.
 *
 * Shape   pages are put in one at a time, when `rowsReady` is 0: first the dictionary of a chunk, if it has
 *         one, then a data page. `measure` looks at rows that come next, at most `rowsReady`, and says how
 *         many of them stay within `bytesMax`; `bytesOf` says what as many, or fewer, add to the batch;
 *         `append` adds them, after a `measure` of at least as many. `take` closes the batch.
 * Limits  one page and one dictionary are held, besides the batch.
 * Errors  FILE_CORRUPT naming the file and the page.
 */
export interface PageColumn {
  readonly rowsReady: number;
  setDictionary(page: ParquetPage): void;
  setPage(page: ParquetPage): void;
  /** Forgets the dictionary: another chunk begins. */
  endChunk(): void;
  measure(rows: number, bytesMax: number): number;
  bytesOf(rows: number): number;
  append(rows: number): void;
  take(): Vector;
}

/**
 * Rows that are measured and appended at once, at most: scratch memory is this long, and shorter where many
 * columns are read.
 */
export const STEP_ROWS = 2048;
