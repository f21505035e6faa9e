// What the lake asks of a columnar engine. DuckDB answers it (duckdb*.ts); tests hold every implementation to
// the contract.

import type { Field } from '../base/index.ts';
import type { Batch } from '../codec/index.ts';

/**
 * Options of one engine: one DuckDB instance with its own memory limit.
 *
 * Units   `memoryBytes` is DuckDB's own limit; the process needs about 90 MB more (`docs/memory.md`).
 */
export interface EngineOptions {
  readonly memoryBytes: number;
  /** Threads of the engine. Default: cores, at most 8. */
  readonly threads?: number;
  /** Existing directory for spilled data and rewritten footers; everything made in it is removed on close. */
  readonly tempDirectory: string;
  /**
   * `native` (default) reads columns through the C interface after a self-test; `public` uses the public API
   * only.
   */
  readonly bridge?: 'native' | 'public';
}

/** Sizes at which batches are closed, and the caller's cancel signal. */
export interface ReadOptions {
  readonly batchRows?: number;
  readonly batchBytes?: number;
  /**
   * Batches share memory: each is valid until the next but one is asked for, then its memory is written
   * again.
   */
  readonly reuse?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Columns of one or more Parquet files, in file order and row order.
 *
 * Shape   `columns[i].name` is the name in the file; a file without it gives nulls. `columns[i].type` is the
 *         Paimon type the file was written with. Nested types must be given as written. All `paths` are
 *         absolute and hold the same columns. `where`: SQL text over the names of `columns` that may drop
 *         rows (used to skip row groups). Never required for correctness. `rowNumbers`: appends a last column
 *         `_ROW_POSITION` BIGINT, the row's physical 0-based position in its file.
 */
export interface ParquetRead extends ReadOptions {
  readonly paths: readonly string[];
  readonly columns: readonly Field[];
  readonly where?: string;
  readonly rowNumbers?: boolean;
}

/**
 * `fields`: the Paimon type of every result column; derived from the result when absent. `paths`: the Parquet
 * files a foreign statement reads by itself: those that would end the process are refused first, and failures
 * name them.
 */
export interface QueryOptions extends ReadOptions {
  readonly fields?: readonly Field[];
  readonly paths?: readonly string[];
}

/**
 * A table inside the engine that rows are appended to. Malformed UTF-8 in character columns becomes U+FFFD as
 * in `javaUtf8`: the engine's text functions rely on UTF-8.
 */
export interface Stage extends AsyncDisposable {
  readonly name: string;
  readonly rowCount: number;
  append(batch: Batch): Promise<void>;
  /** Makes the rows visible to queries. */
  finish(): Promise<void>;
}

/**
 * A columnar engine with a fixed memory limit. Batches handed out are the caller's: they never change
 * afterwards.
 */
export interface Engine extends AsyncDisposable {
  /** True when the native bridge passed its self-test and is in use. */
  readonly native: boolean;
  readParquet(read: ParquetRead): AsyncIterable<Batch>;
  /**
   * Runs trusted SQL, at least one batch even for no rows; `fields` says the Paimon type of every result
   * column, or undefined to derive them from the result.
   */
  query(sql: string, options?: QueryOptions): AsyncIterable<Batch>;
  /** Creates a temporary table for rows of these fields. */
  stage(name: string, fields: readonly Field[]): Promise<Stage>;
  /**
   * Locks the engine down before foreign SQL runs: no file but these (absolute paths; directories end with
   * `/`), no extension, no setting, no network. Cannot be undone.
   */
  lockDown(allowedPaths: readonly string[]): Promise<void>;
}
