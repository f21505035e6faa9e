// What a merge needs to know, as plain data: derived from a table's schema and options once, used by every bucket.
import type { Field } from '../base/index.ts';

/** Row kinds as stored in `_VALUE_KIND`. */
export const INSERT = 0;
export const UPDATE_BEFORE = 1;
export const UPDATE_AFTER = 2;
export const DELETE = 3;

/**
 * The rows a merge takes and gives.
 *
 * Shape   every input batch has `fields`, then `_SEQUENCE_NUMBER` BIGINT, then `_VALUE_KIND` TINYINT. Output batches have the same
 *         shape. `key`, `userSequence` are positions in `fields`. `engine` is the merge engine with its own options (merge-engine.ts).
 */
export interface MergeSpec {
  readonly fields: readonly Field[];
  readonly key: readonly number[];
  readonly userSequence: readonly number[];
  readonly sequenceDescending: boolean;
  readonly engine: MergeEngine;
  /** Keep rows whose merged kind is a retract (for changelogs and `$audit_log`); otherwise they are dropped. */
  readonly keepDeletes: boolean;
}

export type MergeEngine =
  | { readonly kind: 'deduplicate'; readonly ignoreDelete: boolean }
  | { readonly kind: 'first-row'; readonly ignoreDelete: boolean }
  | PartialUpdateEngine
  | AggregationEngine;

export interface PartialUpdateEngine {
  readonly kind: 'partial-update';
  readonly ignoreDelete: boolean;
  readonly removeRecordOnDelete: boolean;
  /** Positions of sequence columns whose -D removes the row. */
  readonly removeOnSequenceGroup: readonly number[];
  readonly groups: readonly SequenceGroup[];
  /** By field position: the aggregate function of the column, if one is configured. */
  readonly aggregators: readonly (AggregatorSpec | undefined)[];
}

export interface SequenceGroup {
  readonly sequence: readonly number[];
  readonly members: readonly number[];
}

export interface AggregationEngine {
  readonly kind: 'aggregation';
  readonly ignoreDelete: boolean;
  readonly removeRecordOnDelete: boolean;
  /** By field position; key columns have `primary-key`. */
  readonly aggregators: readonly AggregatorSpec[];
}

/** One aggregate function with the options Java gives it. */
export interface AggregatorSpec {
  readonly name: string;
  readonly ignoreRetract: boolean;
  readonly options: Readonly<Record<string, string>>;
}
