// A column of lists, maps or structs: its leaves, and the vectors made of them.
import { corrupt } from '../../../base/index.ts';
import type { Vector } from '../../arrow/index.ts';
import { pageColumn } from '../column/leaf-plan.ts';
import type { RowColumn } from '../column/page-column.ts';
import type { ParquetLeaf } from '../schema.ts';
import { type Depth, type Levels, listSlots, structSlots } from './assemble.ts';
import { LevelWindow } from './level-window.ts';
import { type LeafRows, NestedLeaf } from './nested-leaf.ts';
import type { NestedShape } from './shape.ts';

/** A leaf of the column: whoever reads its pages puts them into `rows`. */
export interface ColumnLeaf {
  readonly leaf: ParquetLeaf;
  readonly rows: NestedLeaf;
}

/** The depth of a top-level column. */
const TOP: Depth = { repeats: 0, present: 0 };

/**
 * A nested column of batches, built from the pages of its leaves.
 *
 * Shape   pages are put into the leaves. `rowsReady`: rows that all leaves have. `measure`, `bytesOf`,
 *         `append` and `take` as in `RowColumn`; bytes are what rows take on average.
 * Errors  FILE_CORRUPT naming the file when the levels of leaves do not agree.
 */
export class NestedColumn implements RowColumn {
  readonly leaves: readonly ColumnLeaf[];
  readonly #shape: NestedShape;
  readonly #file: string;

  constructor(shape: NestedShape, options: ColumnOptions) {
    this.#shape = shape;
    this.#file = options.file;
    const leaves: ColumnLeaf[] = [];
    collectLeaves(shape, TOP, ({ leaf, plan }, depth) => {
      const window = new LevelWindow(depth, leaf.definition);
      const column = pageColumn(leaf, plan, options.reuse, window);
      leaves.push({ leaf, rows: new NestedLeaf(column, window, depth) });
    });
    this.leaves = leaves;
  }

  get rowsReady(): number {
    let rows = Number.POSITIVE_INFINITY;
    for (const leaf of this.leaves) rows = Math.min(rows, leaf.rows.rowsReady);
    return rows;
  }

  measure(rows: number, bytesMax: number): number {
    return Math.min(rows, Math.floor(bytesMax / this.#bytesPerRow()));
  }

  bytesOf(rows: number): number {
    return Math.ceil(rows * this.#bytesPerRow());
  }

  #bytesPerRow(): number {
    return this.leaves.reduce((sum, leaf) => sum + leaf.rows.bytesPerRow, 0);
  }

  append(rows: number): void {
    for (const leaf of this.leaves) leaf.rows.append(rows);
  }

  take(): Vector {
    const rows = this.leaves.map((leaf) => leaf.rows.take());
    const leaves = { rows, next: 0 };
    return this.#vector(this.#shape, TOP, leaves);
  }

  #vector(
    shape: NestedShape,
    depth: Depth,
    leaves: { readonly rows: readonly LeafRows[]; next: number },
  ): Vector {
    const { slots, levels } = leaves.rows[leaves.next] as LeafRows;
    switch (shape.kind) {
      case 'leaf':
        leaves.next++;
        return slots;
      case 'list': {
        const elements = { repeats: shape.repeats, present: shape.present };
        const lists = listSlots(levels, depth, shape.definition, elements);
        if (typeof lists === 'string') throw this.#disagree(lists);
        const child = this.#vector(shape.element, elements, leaves);
        if (child.length !== lists.offsets[lists.length]) throw this.#disagree(NOT_AS_MANY);
        return { layout: 'list', ...lists, child };
      }
      case 'struct':
        return this.#struct(shape, depth, levels, leaves);
    }
  }

  #struct(
    shape: NestedShape & { readonly kind: 'struct' },
    depth: Depth,
    levels: Levels,
    leaves: { readonly rows: readonly LeafRows[]; next: number },
  ): Vector {
    const structs = structSlots(levels, depth, shape.definition);
    const children = shape.children.map((child) => this.#vector(child, depth, leaves));
    if (children.some((child) => child.length !== structs.length)) throw this.#disagree(NOT_AS_MANY);
    return { layout: 'struct', ...structs, children };
  }

  #disagree(what: string): Error {
    const [first] = this.leaves;
    return corrupt(this.#file, undefined, `Parquet column ${first?.leaf.path[0]}: ${what}`);
  }
}

const NOT_AS_MANY = 'leaves of one column hold different numbers of values';

/** `file`: for messages. `reuse`: see the engine's `ReadOptions`. */
export interface ColumnOptions {
  readonly file: string;
  readonly reuse: boolean;
}

/** Calls `take` for each leaf of a shape, in order, with the depth of its slots. */
function collectLeaves(
  shape: NestedShape,
  depth: Depth,
  take: (leaf: NestedShape & { readonly kind: 'leaf' }, depth: Depth) => void,
): void {
  switch (shape.kind) {
    case 'leaf':
      take(shape, depth);
      return;
    case 'list':
      collectLeaves(shape.element, { repeats: shape.repeats, present: shape.present }, take);
      return;
    case 'struct':
      for (const child of shape.children) collectLeaves(child, depth, take);
  }
}
