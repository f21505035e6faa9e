// Buckets that can hold the rows of a condition which fixes every column of the bucket key.
import { type Field, sameType } from '../../base/index.ts';
import type { Value } from '../../codec/index.ts';
import { bucketFunction, bucketKeys, fieldsOf, type Literal, type Predicate } from '../../format/index.ts';
import type { Table } from '../table.ts';

/**
 * Keys that are hashed to find buckets; conditions that allow more are not used. Source: Paimon,
 * BucketSelector.MAX_VALUES.
 */
const KEYS_MAX = 1000;

/** Schemas looked at for other types of the bucket key; with more of them no bucket is left out. */
const SCHEMAS_LOOKED_AT_MAX = 64;

/**
 * Tells buckets that may hold matching rows, given an entry's bucket and total number of buckets; undefined
 * when every bucket may.
 *
 * Source  Paimon, operation/BucketSelectConverter.java, BucketSelector.java. Only tables of fixed and
 *         postponed buckets. Beyond it, rows written while a key column had another type, whose hash was
 *         another, are found.
 */
export async function bucketSelector(
  table: Table,
  conjuncts: readonly Predicate[],
): Promise<((bucket: number, totalBuckets: number) => boolean) | undefined> {
  const { schema, options } = table;
  if (options.bucket === -1 || conjuncts.length === 0) return undefined;
  const names = bucketKeys(schema);
  if (names.length === 0) return undefined;
  const keys = keysOf(names, conjuncts);
  if (keys === undefined) return undefined;
  const fields = fieldsOf(schema, names);
  if (await wereOtherTypes(table, fields)) return undefined;
  const types = fields.map((field) => field.type);
  const bucketOf = bucketFunction(options.bucketFunction, types);
  const selected = new Map<number, ReadonlySet<number>>();
  return (bucket, totalBuckets) => {
    if (totalBuckets <= 0 || bucket < 0) return true;
    let buckets = selected.get(totalBuckets);
    if (buckets === undefined) {
      buckets = new Set(keys.map((key) => bucketOf(key, totalBuckets)));
      selected.set(totalBuckets, buckets);
    }
    return buckets.has(bucket);
  };
}

/** True when one of the columns has, or may have, another type in some schema of the table. */
async function wereOtherTypes({ schema, schemas }: Table, fields: readonly Field[]): Promise<boolean> {
  // The type of a primary key cannot be changed.
  if (schema.primaryKeys.length > 0) return false;
  const ids = await schemas.ids();
  if (ids.length > SCHEMAS_LOOKED_AT_MAX) return true;
  for (const id of ids) {
    const other = await schemas.byId(id);
    for (const { id: fieldId, type } of fields) {
      const then = other.fields.find((field) => field.id === fieldId)?.type;
      if (then !== undefined && !sameType(then, type)) return true;
    }
  }
  return false;
}

/** All keys the conjuncts allow, undefined when a column is not fixed or there are too many. */
function keysOf(
  names: readonly string[],
  conjuncts: readonly Predicate[],
): readonly (readonly Value[])[] | undefined {
  let keys: (readonly Value[])[] = [[]];
  for (const name of names) {
    const values = valuesOf(name, conjuncts);
    if (values === undefined || values.length === 0 || keys.length * values.length > KEYS_MAX)
      return undefined;
    keys = keys.flatMap((key) => values.map((value) => [...key, value]));
  }
  return keys;
}

/** The values the conjuncts allow for one column, undefined when any. */
function valuesOf(name: string, conjuncts: readonly Predicate[]): readonly Literal[] | undefined {
  let allowed: readonly Literal[] | undefined;
  for (const conjunct of conjuncts) {
    const values = fixedValues(name, conjunct);
    if (values === undefined) continue;
    allowed =
      allowed === undefined ? values : allowed.filter((a) => values.some((value) => sameLiteral(a, value)));
  }
  return allowed;
}

/**
 * The values a condition fixes a column to: by `=`, `IN`, or several of them on the same column joined by
 * OR.
 */
function fixedValues(name: string, predicate: Predicate): readonly Literal[] | undefined {
  switch (predicate.kind) {
    case 'eq':
      return predicate.column === name ? [predicate.value] : undefined;
    case 'in':
      return predicate.column === name ? predicate.values : undefined;
    case 'or': {
      const parts = predicate.children.map((child) => fixedValues(name, child));
      return parts.includes(undefined) ? undefined : (parts as (readonly Literal[])[]).flat();
    }
    default:
      return undefined;
  }
}

function sameLiteral(a: Literal, b: Literal): boolean {
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  return Object.is(a, b);
}
