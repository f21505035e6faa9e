// What a merge needs to know, as plain data: derived from a table's schema and options once, used by every
// bucket.
import type { Field } from '../base/index.ts';

/** Row kinds as stored in `_VALUE_KIND`. */
export const INSERT = 0;
export const UPDATE_BEFORE = 1;
export const UPDATE_AFTER = 2;
export const DELETE = 3;

/**
 * The system columns that follow the value columns of every merged batch. Source: Paimon,
 * table/SpecialFields.java.
 */
export const SEQUENCE_NUMBER_FIELD: Field = {
  id: 2147483646,
  name: '_SEQUENCE_NUMBER',
  type: { kind: 'BIGINT', nullable: false },
};
export const VALUE_KIND_FIELD: Field = {
  id: 2147483645,
  name: '_VALUE_KIND',
  type: { kind: 'TINYINT', nullable: false },
};

/**
 * The rows a merge takes and gives.
 *
 * Shape   every input batch has `fields`, then `_SEQUENCE_NUMBER` BIGINT, then `_VALUE_KIND` TINYINT. Output
 *         batches have the same shape. `key`, `userSequence` are positions in `fields`.
 */
export interface MergeSpec {
  readonly fields: readonly Field[];
  /** The primary key without partition columns, in the order of the primary key: runs are sorted by it. */
  readonly key: readonly number[];
  readonly userSequence: readonly number[];
  readonly sequenceDescending: boolean;
  readonly engine: MergeEngine;
  /**
   * Of the records above level 0 only the one on the lowest level counts, because compaction already merged
   * it with the levels below (changelog-producer lookup, deletion vectors, force-lookup). Source: Paimon,
   * LookupMergeFunction.java.
   */
  readonly lookup: boolean;
  /**
   * Keep rows whose merged kind is a retract (for changelogs and `$audit_log`); otherwise they are dropped.
   */
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
  /** True when the table has sequence groups, even if none of their columns is read. */
  readonly hasSequenceGroups: boolean;
  /**
   * By field position: the sequence fields that decide over the column, for members and sequence fields of a
   * group.
   */
  readonly sequences: readonly (readonly number[] | undefined)[];
  /** By field position: the aggregate function of the column, if one is configured. */
  readonly aggregators: readonly (AggregatorSpec | undefined)[];
}

export interface AggregationEngine {
  readonly kind: 'aggregation';
  readonly removeRecordOnDelete: boolean;
  /** By field position; key columns have `primary-key`. */
  readonly aggregators: readonly AggregatorSpec[];
}

/** One aggregate function with the options Java gives it, and their defaults applied. */
export interface AggregatorSpec {
  readonly name: string;
  readonly ignoreRetract: boolean;
  readonly distinct: boolean;
  readonly delimiter: string;
  readonly nestedKey: readonly string[];
  readonly countLimit: number;
  /** `merge_map_with_keytime`: the field of the value row that orders; the last one by default. */
  readonly timeField: string | undefined;
}

/** The fields of a batch that goes in or comes out of a merge. */
export function mergedFields(spec: MergeSpec): readonly Field[] {
  return [...spec.fields, SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD];
}

/** True for -U and -D. */
export function isRetract(kind: number): boolean {
  return kind === UPDATE_BEFORE || kind === DELETE;
}
