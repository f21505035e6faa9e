// Where rows go: the partition and bucket of each, numbered in the order they are met, and its place among
// the rows of its bucket.
import { LakeError, WRITE_BUCKETS_MAX } from '../../base/index.ts';
import type { Batch, Vector } from '../../codec/index.ts';
import { type BucketsOfColumns, bucketsOfColumns, fieldsOf, partitionFields } from '../../format/index.ts';
import type { WritePlan } from '../data-file/index.ts';
import type { Table } from '../table.ts';
import { PartitionIds } from './partition-ids.ts';

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
  readonly #partitions: PartitionIds;
  /** By partition times the number of buckets, plus bucket: the target. */
  readonly #targetIds = new Map<number, number>();
  readonly #partitionColumns: readonly number[];
  readonly #keyColumns: readonly number[];
  readonly #bucketCount: number;
  readonly #bucketsOf: BucketsOfColumns | undefined;

  constructor(table: Table, plan: WritePlan) {
    const at = (name: string): number => plan.fields.findIndex((field) => field.name === name);
    this.#partitionColumns = table.schema.partitionKeys.map(at);
    this.#partitions = new PartitionIds(partitionFields(table.schema).map((field) => field.type));
    this.#bucketCount = Math.max(1, plan.bucketCount);
    this.#keyColumns = plan.bucketCount > 1 ? plan.bucketKey.map(at) : [];
    if (plan.bucketCount <= 1) this.#bucketsOf = undefined;
    else {
      const types = fieldsOf(table.schema, plan.bucketKey).map((field) => field.type);
      this.#bucketsOf = bucketsOfColumns(table.options.bucketFunction, types);
    }
  }

  /** Places the rows of a batch of all columns. */
  place(batch: Batch): Placed {
    const { rowCount, columns } = batch;
    const partitions = this.#partitions.of(
      this.#partitionColumns.map((c) => columns[c] as Vector),
      rowCount,
    );
    const keys = this.#keyColumns.map((c) => columns[c] as Vector);
    const buckets = this.#bucketsOf?.(keys, rowCount, this.#bucketCount) ?? new Int32Array(rowCount);
    const target = new Int32Array(rowCount);
    let lastKey = -1;
    let last = -1;
    for (let i = 0; i < rowCount; i++) {
      const key = (partitions[i] as number) * this.#bucketCount + (buckets[i] as number);
      if (key !== lastKey) {
        last = this.#targetIds.get(key) ?? this.#add(key, partitions[i] as number, buckets[i] as number);
        lastKey = key;
      }
      target[i] = last;
    }
    return { target, order: this.#number(target) };
  }

  #add(key: number, partition: number, bucket: number): number {
    const { targets } = this;
    if (targets.length >= WRITE_BUCKETS_MAX) {
      throw new LakeError('LIMIT_EXCEEDED', `One commit writes to at most ${WRITE_BUCKETS_MAX} buckets.`);
    }
    this.#targetIds.set(key, targets.length);
    targets.push({ partition: this.#partitions.partitions[partition] as Uint8Array, bucket, rowCount: 0 });
    return targets.length - 1;
  }

  #number(target: Int32Array): BigInt64Array {
    const order = new BigInt64Array(target.length);
    const words = new Uint32Array(order.buffer);
    for (let i = 0; i < target.length; i++) {
      const number = (this.targets[target[i] as number] as Target).rowCount++;
      words[2 * i] = number;
      words[2 * i + 1] = number / TWO_32;
    }
    return order;
  }
}
