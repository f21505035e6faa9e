// The engine: one DuckDB instance with fixed settings, and everything `engine.ts` promises.
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Field, LakeError, uuid } from '../base/index.ts';
import type { Batch } from '../codec/index.ts';
import { keepAllocatorSmall } from './allocator.ts';
import type { ColumnReader } from './column/column-reader.ts';
import type { Shape } from './column/duck-type.ts';
import { type NativeBridge, NativeReader } from './column/native-reader.ts';
import { PublicReader } from './column/public-reader.ts';
import { Database, type Session, type Statement } from './duckdb.ts';
import { vectorWriter } from './duckdb-native.ts';
import type { Engine, EngineOptions, ParquetRead, QueryOptions, Stage } from './engine.ts';
import { engineError } from './engine-error.ts';
import { checkReadsOnly, lockSettings } from './lock-down.ts';
import { blameFile } from './parquet/blame-file.ts';
import { checkParquetFiles } from './parquet/parquet-copy.ts';
import { readParquetFiles } from './parquet/parquet-read.ts';
import { type QueryHost, runQuery } from './run-query.ts';
import { nativeVerdict } from './self-test.ts';
import { openStage } from './stage/table-stage.ts';
import type { WatchOptions } from './watch.ts';

/** Threads beyond these cost memory and no longer pay. */
const THREADS_MAX = 8;
/** Settings of every connection; progress is what tells a slow query from a hung one. */
const SESSION_SETTINGS = [
  'SET enable_progress_bar = true',
  'SET enable_progress_bar_print = false',
  'SET progress_bar_time = 0',
  // What DuckDB decodes ahead for each reader of a result.
  "SET streaming_buffer_size = '512KB'",
];

/** Settings of the instance that are known only once its extensions are loaded. */
const INSTANCE_SETTINGS = ["SET GLOBAL TimeZone = 'UTC'"];

/**
 * Opens an engine.
 *
 * Shape   see `Engine`. The native bridge is used when `options.bridge` allows it and the self-test, run once
 *         a process, passes.
 * Units   the process needs about 165 MB on top of `memoryBytes`; see `docs/memory.md`.
 * Limits  calls block threads of libuv's pool, one for each query that is waiting: start the process with
 *         `UV_THREADPOOL_SIZE` set to the queries that run at once plus two, or they take turns.
 *         A query that is given up (ENGINE_HUNG) keeps its thread: such a process ends by SIGKILL only.
 * Errors  ENGINE_UNAVAILABLE when DuckDB cannot be opened; ARGUMENT_INVALID when the directory cannot be
 *         used.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const directory = join(options.tempDirectory, `engine-${uuid()}`);
  try {
    await mkdir(directory);
  } catch (error) {
    const text = `tempDirectory ${options.tempDirectory} cannot be used: ${(error as Error).message}`;
    throw new LakeError('ARGUMENT_INVALID', text, {}, error);
  }
  try {
    const database = await Database.open(settingsOf(options, directory), SESSION_SETTINGS);
    const session = await database.acquire();
    for (const sql of INSTANCE_SETTINGS) await session.run(sql);
    const verdict =
      options.bridge === 'public' ? undefined : await nativeVerdict(options.tempDirectory, session);
    const bridge = verdict?.ok === true ? verdict.bridge : undefined;
    database.release(session);
    return new DuckEngine(database, { directory, bridge });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    const message = error instanceof Error ? error.message : String(error);
    throw new LakeError('ENGINE_UNAVAILABLE', `The engine cannot be opened: ${message}`, {}, error);
  }
}

function settingsOf(options: EngineOptions, directory: string): Readonly<Record<string, string>> {
  return {
    memory_limit: `${options.memoryBytes}B`,
    temp_directory: directory,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    enable_external_file_cache: 'false',
    allocator_background_threads: 'true',
    preserve_insertion_order: 'true',
    threads: String(options.threads ?? defaultThreads()),
  };
}

function defaultThreads(): number {
  return Math.min(THREADS_MAX, availableParallelism());
}

interface EngineParts {
  /** Spilled data and copies of files. */
  readonly directory: string;
  readonly bridge: NativeBridge | undefined;
}

class DuckEngine implements Engine, QueryHost {
  readonly native: boolean;
  readonly watch: WatchOptions = {};
  readonly #database: Database;
  readonly #parts: EngineParts;
  readonly #allocator: Disposable | undefined;
  /** Files of the one statement such an engine runs. */
  readonly #checkedFiles = new Set<string>();
  #locked = false;
  #broken: LakeError | undefined;
  #closed = false;

  constructor(database: Database, parts: EngineParts) {
    this.#database = database;
    this.#parts = parts;
    this.native = parts.bridge !== undefined;
    if (this.native) this.#allocator = keepAllocatorSmall(() => database.lentCount > 0);
  }

  readParquet(read: ParquetRead): AsyncIterable<Batch> {
    return readParquetFiles(this, read, this.#parts.directory);
  }

  async *query(sql: string, options: QueryOptions = {}): AsyncGenerator<Batch, void, void> {
    const check = async (statement: Statement): Promise<void> => {
      if (this.#locked) checkReadsOnly(statement, sql);
    };
    const { paths, ...rest } = options;
    if (paths !== undefined) await this.#checkFiles(paths);
    const activity = { kind: 'statement', ...(paths === undefined ? {} : { paths }) } as const;
    try {
      yield* runQuery(this, { ...rest, sql, single: this.#locked, check, activity });
    } catch (error) {
      throw paths === undefined ? error : await blameFile(this, paths, { error, signal: options.signal });
    }
  }

  /** Once a file: binding a view opens files too, before the statement over it does. */
  async #checkFiles(paths: readonly string[]): Promise<void> {
    const fresh = paths.filter((path) => !this.#checkedFiles.has(path));
    await checkParquetFiles(fresh);
    for (const path of fresh) this.#checkedFiles.add(path);
  }

  stage(name: string, fields: readonly Field[]): Promise<Stage> {
    return openStage(this, name, fields, this.native ? vectorWriter() : undefined);
  }

  async lockDown(allowedPaths: readonly string[]): Promise<void> {
    const session = await this.acquire();
    try {
      await this.#database.fillIdle();
      await lockSettings(session, allowedPaths, [`${this.#parts.directory}/`]);
      this.#locked = true;
      this.#database.lock();
    } catch (error) {
      throw engineError(error, { kind: 'statement' });
    } finally {
      this.release(session);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#allocator?.[Symbol.dispose]();
    this.#database.close();
    await rm(this.#parts.directory, { recursive: true, force: true });
  }

  acquire(): Promise<Session> {
    if (this.#broken !== undefined) throw this.#broken;
    return this.#database.acquire();
  }

  release(session: Session): void {
    this.#database.release(session);
  }

  reader(statement: Statement, shapes: readonly Shape[], reuse: boolean): ColumnReader {
    const { bridge } = this.#parts;
    return bridge === undefined
      ? new PublicReader(statement, shapes)
      : new NativeReader(bridge, statement, shapes, reuse);
  }

  failed(error: LakeError): void {
    // DuckDB refuses everything after a fatal error; a new instance is needed.
    if (error.code === 'ENGINE_UNAVAILABLE') this.#broken ??= error;
  }
}
