// Bounds of columns that are written to no Parquet file.
import type { DataType } from '../../../base/index.ts';
import type { BoolVector, BytesVector, Vector } from '../../arrow/index.ts';
import { PHYSICAL } from '../schema.ts';
import { ValueBounds } from './bounds.ts';
import { leavesOf, type WriteLeaf } from './file-schema.ts';
import { shredColumn } from './shred.ts';
import { stageOf, widthOf } from './stage-fixed.ts';

/** Gathers the bounds a Parquet file would have of a column without nested values, and its nulls. */
export class BoundsCollector {
  readonly bounds: ValueBounds;
  nullCount = 0;
  readonly #type: DataType;
  readonly #leaf: WriteLeaf;

  constructor(type: DataType) {
    this.#type = { ...type, nullable: true };
    this.#leaf = leavesOf([{ id: 0, name: '', type: this.#type }])[0] as WriteLeaf;
    this.bounds = new ValueBounds(this.#leaf.physical);
  }

  add(vector: Vector): void {
    const [leafRows] = shredColumn('', this.#type, vector);
    if (leafRows === undefined) return;
    const { rows, valueCount, entryCount } = leafRows;
    this.nullCount += entryCount - valueCount;
    const range = { rows, from: 0, to: valueCount };
    const { physical } = this.#leaf;
    if (physical === PHYSICAL.BYTE_ARRAY) {
      this.bounds.addBytes(vector as BytesVector, range);
    } else if (physical === PHYSICAL.BOOLEAN) {
      const { values } = vector as BoolVector;
      let trues = 0;
      for (let k = 0; k < valueCount; k++) {
        const row = rows === null ? k : (rows[k] as number);
        trues += ((values[row >> 3] as number) >> (row & 7)) & 1;
      }
      this.bounds.addBoolean(trues < valueCount, trues > 0);
    } else {
      const width = widthOf(this.#leaf);
      const staged = new Uint8Array(8 * Math.ceil((valueCount * width) / 8));
      stageOf(this.#type, width)(vector, range, staged);
      this.bounds.addFixed(staged, valueCount, width);
    }
  }
}
