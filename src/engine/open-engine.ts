// The engine: one DuckDB instance with fixed settings, and everything `engine.ts` promises.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Field, LakeError, uuid } from '../base/index.ts';
import type { Batch } from '../codec/index.ts';
import type { ColumnReader } from './column-reader.ts';
import type { Shape } from './duck-type.ts';
import { Database, type Session, type Statement } from './duckdb.ts';
import type { Engine, EngineOptions, ParquetRead, ReadOptions, Stage } from './engine.ts';
import { type NativeBridge, NativeReader } from './native-reader.ts';
import { readParquetFiles } from './parquet-read.ts';
import { PublicReader } from './public-reader.ts';
import { type QueryHost, runQuery } from './run-query.ts';
import { nativeVerdict } from './self-test.ts';

/** Opens an engine. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const spill = join(options.tempDirectory, `engine-${uuid()}`);
  await mkdir(spill);
  const database = await Database.open({
    memory_limit: `${options.memoryBytes}B`,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    enable_external_file_cache: 'false',
    allocator_background_threads: 'true',
    preserve_insertion_order: 'true',
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  });
  const verdict = options.bridge === 'public' ? undefined : await nativeVerdict(options.tempDirectory);
  return new DuckEngine(database, spill, verdict?.ok === true ? verdict.bridge : undefined);
}

class DuckEngine implements Engine, QueryHost {
  readonly native: boolean;
  readonly watch = {};
  readonly #database: Database;
  readonly #spill: string;
  readonly #bridge: NativeBridge | undefined;

  constructor(database: Database, spill: string, bridge: NativeBridge | undefined) {
    this.native = bridge !== undefined;
    this.#bridge = bridge;
    this.#database = database;
    this.#spill = spill;
  }

  async *readParquet(read: ParquetRead): AsyncGenerator<Batch, void, void> {
    yield* readParquetFiles(this, read, this.#spill);
  }

  query(
    sql: string,
    options: ReadOptions & { readonly fields?: readonly Field[] } = {},
  ): AsyncIterable<Batch> {
    return runQuery(this, { ...options, sql, activity: { kind: 'statement' } });
  }

  async stage(_name: string, _fields: readonly Field[]): Promise<Stage> {
    throw new LakeError('FEATURE_UNSUPPORTED', 'stage() is not there yet.');
  }

  async lockDown(_allowedPaths: readonly string[]): Promise<void> {
    throw new LakeError('FEATURE_UNSUPPORTED', 'lockDown() is not there yet.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close();
    await rm(this.#spill, { recursive: true, force: true });
  }

  acquire(): Promise<Session> {
    return this.#database.acquire();
  }
  release(session: Session): void {
    this.#database.release(session);
  }
  reader(_session: Session, statement: Statement, shapes: readonly Shape[]): ColumnReader {
    if (this.#bridge !== undefined) return new NativeReader(this.#bridge, statement, shapes);
    return new PublicReader(statement, shapes);
  }
  failed(_error: LakeError): void {}
}
