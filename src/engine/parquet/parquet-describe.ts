// The columns of a Parquet file that is not known to belong to a table.
import { type Field, LakeError } from '../../base/index.ts';
import type { Engine } from '../engine.ts';
import { quoteText } from '../sql-text.ts';
import { readParquetFooter } from './parquet-copy.ts';
import { literalPath } from './parquet-scan.ts';

/**
 * Finds out the columns of a file, after its footer was checked as that of a table's file is.
 *
 * Shape   as `readParquet` takes them to read all of it: types as `paimonTypeOf` says, names as in the file.
 * Errors  FILE_CORRUPT, FILE_MISSING; FEATURE_UNSUPPORTED where the engine cannot read it.
 */
export async function describeParquet(engine: Engine, path: string): Promise<readonly Field[]> {
  const { footer } = await readParquetFooter(path);
  const file = quoteText(literalPath(path));
  const sql = `SELECT * FROM read_parquet(${file}, hive_partitioning = false) LIMIT 0`;
  for await (const { fields } of engine.query(sql, { paths: [path] })) {
    if (fields.length !== footer.columns.length)
      throw new LakeError(
        'BUG',
        `${path}: ${footer.columns.length} columns, the engine sees ${fields.length}.`,
      );
    // The engine does not tell `a` from `A` and calls one of them another name.
    return fields.map((field, i): Field => ({ ...field, name: footer.columns[i] as string }));
  }
  throw new LakeError('BUG', 'the engine gave no batch, not even an empty one');
}
