// A filter taken apart by what it can prune.
import {
  columnsOf,
  joinAnd,
  type Predicate,
  splitAnd,
  type TableSchema,
  trimmedPrimaryKeys,
} from '../../format/index.ts';

/** The conjuncts that name no column outside `columns` (and at least one of them), and the rest. */
export function pickByColumns(
  conjuncts: readonly Predicate[],
  columns: readonly string[],
): { readonly picked: readonly Predicate[]; readonly rest: readonly Predicate[] } {
  const picked: Predicate[] = [];
  const rest: Predicate[] = [];
  for (const conjunct of conjuncts) {
    const named = [...columnsOf(conjunct)];
    const inside = named.length > 0 && named.every((name) => columns.includes(name));
    (inside ? picked : rest).push(conjunct);
  }
  return { picked, rest };
}

/** Conjuncts by what they can prune: partitions, data files, and of the latter those on the key alone. */
export interface Conditions {
  readonly partition: Predicate | undefined;
  readonly key: Predicate | undefined;
  readonly data: Predicate | undefined;
  readonly all: readonly Predicate[];
}

/**
 * Takes a filter over the columns of `schema` apart. Source: Paimon, predicate/PartitionPredicate.java,
 * PrimaryKeyFileStoreTable.java.
 */
export function splitConditions(schema: TableSchema, filter: Predicate | undefined): Conditions {
  const all = splitAnd(filter);
  const { picked, rest } = pickByColumns(all, schema.partitionKeys);
  const key = schema.primaryKeys.length === 0 ? [] : pickByColumns(rest, trimmedPrimaryKeys(schema)).picked;
  return { partition: joinAnd(picked), key: joinAnd(key), data: joinAnd(rest), all };
}
