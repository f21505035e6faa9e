// The buckets of whole columns of keys: Paimon's hash of a row's bytes, without ever making the bytes of a
// row.
import type { DataType } from '../base/index.ts';
import { rowHashes, type Value, type Vector, valueAt } from '../codec/index.ts';
import { type BucketFunctionName, bucketFunction } from './bucket.ts';

/** The bucket of each row, 0 to `bucketCount` - 1, of the columns of a bucket key. */
export type BucketsOfColumns = (
  columns: readonly Vector[],
  rowCount: number,
  bucketCount: number,
) => Int32Array;

/**
 * The bucket function of a table, over columns. See `bucketFunction`, which gives the same bucket for each
 * row.
 */
export function bucketsOfColumns(name: BucketFunctionName, types: readonly DataType[]): BucketsOfColumns {
  const ofRow = bucketFunction(name, types);
  if (name === 'default' && types.every(isPlain)) {
    return (columns, rowCount, bucketCount) => {
      const buckets = rowHashes(columns, rowCount);
      for (let i = 0; i < rowCount; i++) buckets[i] = Math.abs((buckets[i] as number) % bucketCount);
      return buckets;
    };
  }
  return (columns, rowCount, bucketCount) => {
    const buckets = new Int32Array(rowCount);
    for (let i = 0; i < rowCount; i++) {
      const key = columns.map((column): Value => valueAt(column, i));
      buckets[i] = ofRow(key, bucketCount);
    }
    return buckets;
  };
}

/** Types whose bytes in a row are known without making them; keys of others are rare. */
function isPlain(type: DataType): boolean {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'DATE':
    case 'TIME':
    case 'BIGINT':
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return true;
    case 'DECIMAL':
      return type.precision <= 18;
    default:
      return false;
  }
}
