// One leaf inside lists or structs: the column of its slots, which is built like any other, and the levels
// that say how they lie in rows.
import { LakeError, PARQUET_PAGE_BYTES_MAX, PARQUET_ROW_VALUES_MAX } from '../../../base/index.ts';
import { concatVectors, sliceVector, take, type Vector } from '../../arrow/index.ts';
import type { PageColumn, PageTarget } from '../column/page-column.ts';
import type { ParquetPage } from '../column/page-parts.ts';
import { PAGE } from '../page-header.ts';
import { countSlots, type Depth, type Levels } from './assemble.ts';
import { type LevelWindow, WINDOW_ENTRIES } from './level-window.ts';

/** Slots and levels of a batch's rows. */
export interface LeafRows {
  readonly slots: Vector;
  readonly levels: Levels;
}

/** Bytes of slots that are appended at once, unless one takes more. */
const STEP_BYTES = 256 * 1024;

/**
 * A leaf being read.
 *
 * Shape   `rowsReady`: rows that are there from first to last and were not appended; 0: put in the next page,
 *         first telling of its chunk if it is the first one. A row may go on in the next page of a v1 chunk,
 *         so there the last one of a page is complete once another begins, or the chunk's values end.
 *         `append` makes rows part of the batch that `take` gives; what is there of others is kept for the
 *         next one.
 * Limits  PARQUET_ROW_VALUES_MAX values of one row, PARQUET_PAGE_BYTES_MAX bytes of them.
 * Errors  FILE_CORRUPT naming the file and the page; LIMIT_EXCEEDED.
 */
export class NestedLeaf implements PageTarget {
  readonly #column: PageColumn;
  readonly #window: LevelWindow;
  readonly #depth: Depth;
  /** Values of the chunk that are not in the pages put in so far, and whether the page ends with a row. */
  #valuesLeft = 0;
  #pageEndsRow = false;
  /** Entries of the window that were appended, and slots that were not. */
  #used = 0;
  #slotsLeft = 0;
  /** Levels of the entries that were appended, and about how many bytes their slots take. */
  #repetition = new Uint8Array(WINDOW_ENTRIES);
  #definition = new Uint8Array(WINDOW_ENTRIES);
  #count = 0;
  #bytes = 0;
  /**
   * Rows that began, how many of them are part of the batch, where the last one began, whether it is
   * complete.
   */
  #starts = 0;
  #rows = 0;
  #lastStart = 0;
  #ended = true;
  /** What `#bytes` was when the last row that is not complete had begun. */
  #bytesBefore = 0;
  /** Slots that were taken with a batch before and belong to the next one. */
  #kept: Vector | undefined;

  /** `window` is where `column` has its levels from; `depth`: that of its slots. */
  constructor(column: PageColumn, window: LevelWindow, depth: Depth) {
    this.#column = column;
    this.#window = window;
    this.#depth = depth;
  }

  get rowsReady(): number {
    while (this.#complete === this.#rows && this.#advance());
    return this.#complete - this.#rows;
  }

  get #complete(): number {
    return this.#ended ? this.#starts : this.#starts - 1;
  }

  /** About how many bytes a row takes, as those do that are there. */
  get bytesPerRow(): number {
    return (this.#bytes + 2 * this.#count) / Math.max(1, this.#starts);
  }

  setDictionary(page: ParquetPage): void {
    this.#column.setDictionary(page);
  }

  setPage(page: ParquetPage): void {
    this.#column.setPage(page);
    this.#valuesLeft -= page.header.valueCount;
    this.#pageEndsRow = page.header.type === PAGE.DATA_V2 || this.#valuesLeft <= 0;
    if (page.header.valueCount === 0 && this.#pageEndsRow) this.#ended = true;
  }

  /**
   * Another chunk begins, of `valueCount` values with nulls.
   *
   * Errors  FILE_CORRUPT when the one before ended within a row.
   */
  startChunk(valueCount: number): void {
    if (this.#starts > this.#rows) throw this.#window.fail('a row has no end');
    this.#column.startChunk(valueCount);
    this.#valuesLeft = valueCount;
  }

  /** Makes the next rows part of the batch. */
  append(rows: number): void {
    this.#rows += rows;
  }

  /** Reads more entries of the page; false when it has none. */
  #advance(): boolean {
    const window = this.#window;
    if (this.#used === window.count) {
      if (window.unread === 0) return false;
      window.fill();
      this.#used = 0;
      this.#slotsLeft = window.left;
    }
    const slots = this.#appendSlots();
    this.#appendLevels(this.#slotsLeft === 0 ? window.count : window.behind(this.#used, slots));
    if (this.#pageEndsRow && this.#used === window.count && window.unread === 0) this.#ended = true;
    return true;
  }

  /** Appends slots of the window, at least one if there are any; how many. */
  #appendSlots(): number {
    if (this.#slotsLeft === 0) return 0;
    const column = this.#column;
    let slots = column.measure(this.#slotsLeft, STEP_BYTES);
    if (slots === 0) slots = column.measure(1, Number.POSITIVE_INFINITY);
    const bytes = column.bytesOf(slots);
    if (slots === 0 || this.#bytes + bytes - this.#bytesBefore > PARQUET_PAGE_BYTES_MAX + STEP_BYTES)
      throw this.#tooLarge('PARQUET_PAGE_BYTES_MAX', PARQUET_PAGE_BYTES_MAX, 'bytes');
    this.#bytes += bytes;
    column.append(slots);
    this.#slotsLeft -= slots;
    return slots;
  }

  /** Appends the levels of the window's entries up to `end`. */
  #appendLevels(end: number): void {
    const window = this.#window;
    const from = this.#count - this.#used;
    this.#reserve(from + end);
    this.#repetition.set(window.repetition.subarray(this.#used, end), this.#count);
    this.#definition.set(window.definition.subarray(this.#used, end), this.#count);
    if (this.#depth.repeats === 0) {
      this.#starts += end - this.#used;
      this.#bytesBefore = this.#bytes;
    } else {
      for (let i = this.#used; i < end; i++) {
        if (window.repetition[i] === 0) {
          this.#starts++;
          this.#lastStart = from + i;
          this.#bytesBefore = this.#bytes;
          this.#ended = false;
        } else if (this.#ended) throw window.fail('an entry goes on with no row');
      }
      if (from + end - this.#lastStart > PARQUET_ROW_VALUES_MAX)
        throw this.#tooLarge('PARQUET_ROW_VALUES_MAX', PARQUET_ROW_VALUES_MAX, 'values');
    }
    this.#count = from + end;
    this.#used = end;
  }

  #reserve(count: number): void {
    if (count <= this.#repetition.length) return;
    const size = Math.max(count, 2 * this.#repetition.length);
    this.#repetition = grown(this.#repetition, this.#count, size);
    this.#definition = grown(this.#definition, this.#count, size);
  }

  #tooLarge(limit: string, count: number, of: string): LakeError {
    const { message } = this.#window.fail(`a row of more than ${count} ${of} (${limit})`);
    return new LakeError('LIMIT_EXCEEDED', message, { limit });
  }

  /** The rows of the batch; another one begins. The levels are good until more rows are asked for. */
  take(): LeafRows {
    const rows = this.#rows;
    const end = rows === this.#starts ? this.#count : this.#startOf(rows);
    const levels = { repetition: this.#repetition, definition: this.#definition, count: end };
    const rest = this.#count - end;
    const before = this.#kept;
    const fresh = this.#column.take();
    const all = before === undefined ? fresh : concatVectors([before, fresh]);
    const count = rest === 0 ? all.length : countSlots(levels, this.#depth);
    const slots = sliceVector(all, 0, count);
    // Memory of the column may be written again.
    this.#kept = count === all.length ? undefined : copyVector(sliceVector(all, count, all.length));
    const size = Math.max(WINDOW_ENTRIES, rest);
    this.#repetition = grown(this.#repetition.subarray(end), rest, size);
    this.#definition = grown(this.#definition.subarray(end), rest, size);
    const gone = this.#count === 0 ? this.#bytes : this.#bytes * (end / this.#count);
    this.#bytes -= gone;
    this.#bytesBefore = Math.min(this.#bytes, Math.max(0, this.#bytesBefore - gone));
    this.#count = rest;
    this.#starts -= rows;
    this.#rows = 0;
    this.#lastStart -= end;
    return { slots, levels };
  }

  /** The entry that begins row `row`. */
  #startOf(row: number): number {
    if (this.#depth.repeats === 0) return row;
    let left = row;
    for (let i = 0; i < this.#count; i++) if (this.#repetition[i] === 0 && left-- === 0) return i;
    return this.#count;
  }
}

function grown(levels: Uint8Array, count: number, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(size);
  out.set(levels.subarray(0, count));
  return out;
}

function copyVector(vector: Vector): Vector {
  return take(
    vector,
    Int32Array.from({ length: vector.length }, (_, i) => i),
  );
}
