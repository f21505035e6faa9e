// Where rows go: the partition and bucket of each, numbered in the order they are met, and its place among
// the rows of its bucket.
import { LakeError, WRITE_BUCKETS_MAX } from '../../base/index.ts';
import { type Batch, encodeRow, type Value, type Vector, valueAt } from '../../codec/index.ts';
import { bucketFunction, fieldsOf, partitionFields, partitionKey } from '../../format/index.ts';
import type { WritePlan } from '../data-file/index.ts';
import type { Table } from '../table.ts';

const TWO_32 = 4294967296;

/** A bucket of a partition that rows are written to. */
export interface Target {
  readonly partition: Uint8Array;
  readonly bucket: number;
  /** Rows so far. */
  rowCount: number;
}

/**
 * By row: the index of its target in `Placement.targets`, and its number among the target's rows, from 0 on.
 */
export interface Placed {
  readonly target: Int32Array;
  readonly order: BigInt64Array;
}

/**
 * Places rows.
 *
 * Limits  `WRITE_BUCKETS_MAX` buckets.
 * Source  Paimon, table/sink/FixedBucketRowKeyExtractor.java, UnawareBucketRowKeyExtractor.java.
 */
export class Placement {
  readonly targets: Target[] = [];
  readonly #index = new Map<string, number>();
  readonly #byBucket = new Map<number, number>();
  readonly #partitionColumns: readonly number[];
  readonly #partitionTypes;
  readonly #keyColumns: readonly number[];
  readonly #bucketOf: (key: readonly Value[]) => number;

  constructor(table: Table, plan: WritePlan) {
    const at = (name: string): number => plan.fields.findIndex((field) => field.name === name);
    this.#partitionColumns = table.schema.partitionKeys.map(at);
    this.#partitionTypes = partitionFields(table.schema).map((field) => field.type);
    this.#keyColumns = plan.bucketCount > 1 ? plan.bucketKey.map(at) : [];
    if (plan.bucketCount <= 1) this.#bucketOf = () => 0;
    else {
      const types = fieldsOf(table.schema, plan.bucketKey).map((field) => field.type);
      const hash = bucketFunction(table.options.bucketFunction, types);
      this.#bucketOf = (key) => hash(key, plan.bucketCount);
    }
  }

  /** Places the rows of a batch of all columns. */
  place(batch: Batch): Placed {
    const target = new Int32Array(batch.rowCount);
    const order = new BigInt64Array(batch.rowCount);
    const words = new Uint32Array(order.buffer);
    const partitions = this.#partitionColumns.map((c) => batch.columns[c] as Vector);
    const keys = this.#keyColumns.map((c) => batch.columns[c] as Vector);
    for (let i = 0; i < batch.rowCount; i++) {
      const bucket = this.#bucketOf(keys.map((key) => valueAt(key, i)));
      const t = this.#targetOf(
        partitions.map((column) => valueAt(column, i)),
        bucket,
      );
      target[i] = t;
      const number = (this.targets[t] as Target).rowCount++;
      words[2 * i] = number;
      words[2 * i + 1] = number / TWO_32;
    }
    return { target, order };
  }

  #targetOf(values: readonly Value[], bucket: number): number {
    if (values.length > 0) return this.#find(values, bucket);
    // One partition: its buckets are known by their numbers.
    const known = this.#byBucket.get(bucket);
    if (known !== undefined) return known;
    const target = this.#find(values, bucket);
    this.#byBucket.set(bucket, target);
    return target;
  }

  #find(values: readonly Value[], bucket: number): number {
    const partition = encodeRow(this.#partitionTypes, values);
    const key = `${bucket} ${partitionKey(partition)}`;
    const found = this.#index.get(key);
    if (found !== undefined) return found;
    if (this.targets.length >= WRITE_BUCKETS_MAX) {
      throw new LakeError('LIMIT_EXCEEDED', `One commit writes to at most ${WRITE_BUCKETS_MAX} buckets.`);
    }
    this.#index.set(key, this.targets.length);
    this.targets.push({ partition, bucket, rowCount: 0 });
    return this.targets.length - 1;
  }
}
