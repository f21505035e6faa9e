// What reading any split of a table shares, and what is known of one bucket.
import type { Field } from '../../base/index.ts';
import type { Value } from '../../codec/index.ts';
import type { Engine } from '../../engine/index.ts';
import { bucketPath, decodePartition, type Predicate } from '../../format/index.ts';
import type { PageBudget } from '../../memory/index.ts';
import type { Split } from '../plan/split.ts';
import type { Table } from '../table.ts';
import type { ReadRoom } from './read-cost.ts';

/**
 * The table, the engine that sorts what is too much to merge, and the caller's cancel signal.
 *
 * Shape   `engine` may be a way to open it: it is then opened when it is needed.
 * Limits  `fanInMax`: runs merged at once, default `MERGE_FAN_IN_MAX`; `room`: bytes they may take, default
 *         without limit. Beyond either the engine is asked to sort the runs first.
 */
export interface ReadContext {
  readonly table: Table;
  readonly engine: Engine | (() => Promise<Engine>);
  readonly fanInMax?: number;
  readonly room?: ReadRoom;
  /** What pages of files take while they are decoded; default: a budget for each file. */
  readonly pages?: PageBudget;
  readonly signal?: AbortSignal;
}

/** The engine of a context, opened if it is not yet. */
export async function engineOf({ engine }: ReadContext): Promise<Engine> {
  return typeof engine === 'function' ? await engine() : engine;
}

/** One bucket of a split: its directory and the values of its partition columns by name. */
export interface BucketContext {
  readonly path: string;
  readonly partition: ReadonlyMap<string, Value>;
}

/**
 * What to read of a file. `conjuncts` may be used to skip rows; whoever reads still filters. `positions`
 * appends `ROW_POSITION_FIELD`.
 */
export interface FileRead {
  readonly positions?: boolean;
  readonly fields: readonly Field[];
  readonly conjuncts: readonly Predicate[];
  readonly batchRows?: number;
  readonly batchBytes?: number;
  /** See `ReadOptions.reuse` of the engine. */
  readonly reuse?: boolean;
}

/** The physical 0-based position of a row in its file. Never stored. */
export const ROW_POSITION_FIELD: Field = {
  id: -1,
  name: '_ROW_POSITION',
  type: { kind: 'BIGINT', nullable: false },
};

/** The bucket of a split. */
export function bucketContext(table: Table, split: Pick<Split, 'partition' | 'bucket'>): BucketContext {
  const { schema, path, options } = table;
  const values = decodePartition(schema, split.partition, path);
  const partition = new Map(schema.partitionKeys.map((name, i) => [name, values[i] ?? null]));
  const directory = bucketPath(path, schema, split.partition, split.bucket, options.raw);
  return { path: directory, partition };
}
