// How the wanted columns of a Parquet file are read: decided by its footer before a row is given.
import { corrupt, type Field, LakeError, printType } from '../../base/index.ts';
import {
  ENCODING,
  leavesOf,
  type NestedShape,
  nestedShape,
  type ParquetChunk,
  type ParquetFooter,
  type ParquetLeaf,
} from '../../codec/index.ts';
import { inflates } from './inflate-page.ts';

/** A wanted column of a file and how its values lie in leaves; undefined when the file has none. */
export interface PlannedColumn {
  readonly field: Field;
  readonly shape: NestedShape | undefined;
}

const ENCODINGS: ReadonlySet<number> = new Set(Object.values(ENCODING));

/**
 * Plans the reading of columns found by exactly their names.
 *
 * Shape   of several columns of one name the first counts.
 * Errors  FEATURE_UNSUPPORTED naming file and column when a column is stored in a way that is not read as its
 *         type, compressed by an unknown codec, or encoded in an unknown way; FILE_CORRUPT when the chunks of
 *         a row group are not those of its leaves.
 */
export function planParquet(
  footer: ParquetFooter,
  fields: readonly Field[],
  file: string,
): readonly PlannedColumn[] {
  const columns = fields.map((field): PlannedColumn => {
    const node = footer.nodes[footer.columns.indexOf(field.name)];
    const shape = node === undefined ? undefined : nestedShape(node, field.type);
    if (typeof shape !== 'string') return { field, shape };
    throw refused(file, field.name, `is not read as ${printType(field.type)}: ${shape}`);
  });
  for (const { chunks } of footer.rowGroups) {
    if (chunks.length !== footer.leaves.length)
      throw corrupt(
        file,
        undefined,
        `a row group of ${chunks.length} chunks for ${footer.leaves.length} leaves`,
      );
    for (const { shape } of columns) {
      for (const leaf of shape === undefined ? [] : leavesOf(shape)) {
        checkChunk(chunks[leaf.index] as ParquetChunk, leaf, file);
      }
    }
  }
  return columns;
}

function checkChunk(chunk: ParquetChunk, leaf: ParquetLeaf, file: string): void {
  const { type, path, codec, encodings, elsewhere, start } = chunk;
  const name = leaf.path.join('.');
  if (type !== leaf.type || path.length !== leaf.path.length || path.some((part, i) => part !== leaf.path[i]))
    throw corrupt(file, start, `the chunk of column ${name} is of another column`);
  if (elsewhere) throw refused(file, name, 'lies in another file');
  if (!inflates(codec)) throw refused(file, name, `is compressed by Parquet's codec ${codec}`);
  const unknown = encodings.find((encoding) => !ENCODINGS.has(encoding));
  if (unknown !== undefined) throw refused(file, name, `is encoded by Parquet's encoding ${unknown}`);
}

function refused(file: string, column: string, what: string): LakeError {
  const details = { feature: 'parquet column', file, column };
  return new LakeError('FEATURE_UNSUPPORTED', `${file}: column ${column} ${what}.`, details);
}
