// Finds the file a failed statement is about when the engine does not say: what is wrong inside a page is
// reported without any name.
import { LakeError } from '../../base/index.ts';
import { duckErrorKind } from '../engine-error.ts';
import { type QueryHost, runQuery } from '../run-query.ts';
import { quoteText } from '../sql-text.ts';
import { literalPath } from './parquet-scan.ts';

/** Kinds that damaged pages give and that no statement over sound files does. */
const KINDS_OF_FILES: ReadonlySet<string> = new Set(['', 'invalid', 'io', 'internal', 'serialization']);

/**
 * The error of the first file that cannot be read to its end, or the error as it is when all can, or when it
 * cannot be about files. Reads the files: only after a failure that a sound file does not cause.
 */
export async function blameFile(
  host: QueryHost,
  paths: readonly string[],
  failure: { readonly error: unknown; readonly signal: AbortSignal | undefined },
): Promise<unknown> {
  const { error, signal } = failure;
  if (!(error instanceof LakeError && error.cause instanceof Error)) return error;
  if (error.kind === 'corrupt' || error.kind === 'closed' || error.code === 'ENGINE_UNAVAILABLE')
    return error;
  if (!KINDS_OF_FILES.has(duckErrorKind(error.cause.message))) return error;
  for (const path of paths) {
    const file = quoteText(literalPath(path));
    const source = `read_parquet([${file}], hive_partitioning = false)`;
    const sql = `SELECT max(hash(COLUMNS(*))) IS NULL FROM ${source}`;
    try {
      for await (const _ of runQuery(host, { sql, signal, activity: { kind: 'files', paths: [path] } }));
    } catch (one) {
      return one;
    }
  }
  return error;
}
