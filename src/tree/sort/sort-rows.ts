// The order of rows by several columns, as row numbers: nothing but numbers is moved.
import type { Batch, Vector } from '../../codec/index.ts';
import { RadixSort } from './radix.ts';
import {
  aspectsOf,
  fillWords,
  nextDepth,
  type RowPlaces,
  type SortAspect,
  type SortColumn,
  textGoesOn,
} from './sort-column.ts';
import type { SortedRows } from './sorted-rows.ts';

/** What a pass looks at: one aspect of one column. `behind`: the first stage of the next column. */
interface Stage {
  readonly vectors: readonly Vector[];
  readonly aspect: SortAspect;
  readonly descending: boolean;
  readonly behind: number;
}

/** A part of the order whose rows are equal up to a stage, and in it up to a depth of text. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly stage: number;
  readonly depth: number;
}

/** Sorts rows. One is used again and again: it keeps its room for words. Bytes of room a row: 16. */
export class RowSorter {
  readonly #columns: readonly SortColumn[];
  readonly #radix = new RadixSort();
  #high = new Uint32Array(0);
  #low = new Uint32Array(0);

  constructor(columns: readonly SortColumn[]) {
    this.#columns = columns;
  }

  /**
   * The order of rows; equal ones stay in the order of their numbers.
   *
   * Shape   as many rows as `places` has; batches are never empty lists where there are rows.
   * Errors  `unsupported` for a column of a type without order.
   */
  sort(batches: readonly Batch[], places: RowPlaces): SortedRows {
    const count = places.rows.length;
    const order = new Uint32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    if (count < 2) return { batches, places, order };
    if (this.#high.length < count) {
      this.#high = new Uint32Array(count);
      this.#low = new Uint32Array(count);
    }
    const stages = this.#stages(batches);
    const parts: Part[] = [{ start: 0, end: count, stage: 0, depth: 0 }];
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const stage = stages[part.stage];
      if (stage !== undefined) this.#sortPart(order, places, part, stage, parts);
    }
    return { batches, places, order };
  }

  #stages(batches: readonly Batch[]): readonly Stage[] {
    const stages: Stage[] = [];
    for (const { column, type, descending } of this.#columns) {
      const vectors = batches.map((batch) => batch.columns[column] as Vector);
      const aspects = aspectsOf(type, vectors);
      const behind = stages.length + aspects.length;
      for (const aspect of aspects) stages.push({ vectors, aspect, descending, behind });
    }
    return stages;
  }

  /** Sorts a part by a stage, and leaves in `parts` what the stage found equal. */
  #sortPart(order: Uint32Array, places: RowPlaces, part: Part, stage: Stage, parts: Part[]): void {
    const { start, end, depth } = part;
    const words = { high: this.#high, low: this.#low };
    fillWords(words, { ...stage, places, order, start, end, depth });
    this.#radix.sort(order, start, end, words);
    const { high, low } = words;
    let first = start;
    for (let i = start + 1; i <= end; i++) {
      const row = order[first] as number;
      if (i < end) {
        const other = order[i] as number;
        if (high[row] === high[other] && low[row] === low[other]) continue;
      }
      if (i - first > 1) parts.push({ start: first, end: i, ...nextLook(part, stage, low[row] as number) });
      first = i;
    }
  }
}

/** What decides between rows that a stage found equal; `low`: the lower of their words. */
function nextLook(
  { stage: at, depth }: Part,
  { aspect, descending, behind }: Stage,
  low: number,
): Pick<Part, 'stage' | 'depth'> {
  if (aspect === 'text' && textGoesOn(low, descending)) return { stage: at, depth: nextDepth(depth) };
  // In the slot of a null lies anything.
  if (aspect === 'null' && low === 0) return { stage: behind, depth: 0 };
  return { stage: at + 1, depth: 0 };
}
