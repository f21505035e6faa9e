// Partitions named by the values of some of their columns.
import { type Field, LakeError } from '../../base/index.ts';
import { batchOf, encodeRow, parseText, type Value } from '../../codec/index.ts';
import {
  decodePartition,
  type Predicate,
  partitionFields,
  partitionKey,
  selectRows,
} from '../../format/index.ts';
import type { Table } from '../table.ts';

/** Partition rows whose verdict is remembered; beyond it they are judged again. */
const PARTITIONS_REMEMBERED_MAX = 100_000;

/** Values of some partition columns, as text; null, or the name partitions of null have, for null. */
export type PartitionValues = Readonly<Record<string, string | null>>;

/** A choice of partitions, by their serialized rows. */
export type PartitionTest = (partition: Uint8Array) => boolean;

/**
 * Which partitions have the values of one of `wanted`.
 *
 * Errors  ARGUMENT_INVALID for a column that is no partition key; VALUE_INVALID for a value its type has not.
 */
export function partitionsLike(table: Table, wanted: readonly PartitionValues[]): PartitionTest {
  const fields = partitionFields(table.schema);
  const nullName = table.options.raw['partition.default-name'] ?? '__DEFAULT_PARTITION__';
  const keys = wanted.map((values) => wantedKeys(fields, values, nullName));
  return (partition) => {
    const values = decodePartition(table.schema, partition, table.path);
    const has = ({ at, key }: WantedKey): boolean => cellKey(fields[at] as Field, values[at] ?? null) === key;
    return keys.some((all) => all.every(has));
  };
}

/** Which partitions fulfil a condition on partition columns. */
export function partitionsWhere(table: Table, condition: Predicate): PartitionTest {
  const fields = partitionFields(table.schema);
  return remembered((partition) => {
    const row = batchOf(fields, [decodePartition(table.schema, partition, table.path)]);
    return selectRows(condition, row).length > 0;
  });
}

/** Remembers verdicts by partition: entries of one partition stand together and partitions are few. */
function remembered(test: PartitionTest): PartitionTest {
  const verdicts = new Map<string, boolean>();
  let last: Uint8Array | undefined;
  let lastVerdict = false;
  return (partition) => {
    if (partition === last) return lastVerdict;
    const key = partitionKey(partition);
    let verdict = verdicts.get(key);
    if (verdict === undefined) {
      verdict = test(partition);
      if (verdicts.size < PARTITIONS_REMEMBERED_MAX) verdicts.set(key, verdict);
    }
    last = partition;
    lastVerdict = verdict;
    return verdict;
  };
}

/** The value a partition column must have. */
interface WantedKey {
  readonly at: number;
  readonly key: string;
}

function wantedKeys(
  fields: readonly Field[],
  values: PartitionValues,
  nullName: string,
): readonly WantedKey[] {
  return Object.entries(values).map(([name, text]) => {
    const at = fields.findIndex((field) => field.name === name);
    const field = fields[at];
    if (field === undefined) throw new LakeError('ARGUMENT_INVALID', `${name} is no partition column.`);
    const value = text === null || text === nullName ? null : parseText(field.type, text);
    return { at, key: cellKey(field, value) };
  });
}

function cellKey({ type }: Field, value: Value): string {
  return partitionKey(encodeRow([type], [value]));
}
