// Whether a Parquet file can be read by ourselves, and how: decided by its footer before a row is given.
import type { Field } from '../../base/index.ts';
import {
  ENCODING,
  leavesOf,
  type NestedShape,
  nestedShape,
  type ParquetChunk,
  type ParquetFooter,
  type ParquetLeaf,
  PHYSICAL,
} from '../../codec/index.ts';
import { inflates } from './inflate-page.ts';

/** A wanted column of a file and how its values lie in leaves; undefined when the file has none. */
export interface PlannedColumn {
  readonly field: Field;
  readonly shape: NestedShape | undefined;
}

/** The columns of a read, or what keeps us from reading them: `schema` holds for all files written alike. */
export type ParquetPlan =
  | { readonly kind: 'read'; readonly columns: readonly PlannedColumn[] }
  | { readonly kind: 'engine'; readonly because: 'schema' | 'pages' };

/** Levels are listed among the encodings, too: BIT_PACKED for levels that a column does not have. */
const LISTED: ReadonlySet<number> = new Set([
  ENCODING.PLAIN,
  ENCODING.PLAIN_DICTIONARY,
  ENCODING.RLE_DICTIONARY,
  ENCODING.RLE,
  ENCODING.BIT_PACKED,
]);

/**
 * Plans the reading of columns found by exactly their names.
 *
 * Shape   of several columns of one name the first counts.
 */
export function planParquet(footer: ParquetFooter, fields: readonly Field[]): ParquetPlan {
  const columns: PlannedColumn[] = [];
  for (const field of fields) {
    const node = footer.nodes[footer.columns.indexOf(field.name)];
    const shape = node === undefined ? undefined : nestedShape(node, field.type);
    if (typeof shape === 'string') return { kind: 'engine', because: 'schema' };
    columns.push({ field, shape });
  }
  const leaves = columns.flatMap(({ shape }) => (shape === undefined ? [] : leavesOf(shape)));
  for (const { chunks } of footer.rowGroups) {
    if (chunks.length !== footer.leaves.length) return { kind: 'engine', because: 'pages' };
    if (!leaves.every((leaf) => isReadable(chunks[leaf.index] as ParquetChunk, leaf)))
      return { kind: 'engine', because: 'pages' };
  }
  return { kind: 'read', columns };
}

function isReadable(chunk: ParquetChunk, leaf: ParquetLeaf): boolean {
  const { type, path, codec, encodings, elsewhere } = chunk;
  return (
    !elsewhere &&
    type === leaf.type &&
    inflates(codec) &&
    encodings.every((encoding) => LISTED.has(encoding)) &&
    path.length === leaf.path.length &&
    path.every((name, i) => name === leaf.path[i]) &&
    !(type === PHYSICAL.BOOLEAN && encodings.includes(ENCODING.RLE_DICTIONARY))
  );
}
