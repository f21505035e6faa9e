// The library's front door: one warehouse, one memory number, everything opened through it closed with it.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LakeError } from '../base/index.ts';
import { type Engine, openEngine } from '../engine/index.ts';
import type { SchemaDraft } from '../format/index.ts';
import {
  type Budget,
  cutBudget,
  defaultMemoryBytes,
  Gate,
  PageBudget,
  parseMemorySize,
} from '../memory/index.ts';
import { LocalStore, type Store } from '../store/index.ts';
import {
  Catalog,
  createDatabase,
  createTable,
  dropDatabase,
  dropTable,
  parseIdentifier,
  renameTable,
} from '../table/index.ts';
import type { LakeCore } from './lake-core.ts';
import { LakeTable } from './lake-table.ts';
import type { SqlOptions, SqlResult } from './sql/index.ts';
import { runStatement } from './statement/index.ts';

/** How long a statement waits for memory by default. */
const WAIT_MS_DEFAULT = 30_000;

/**
 * How to open a lake.
 *
 * Units   `memory` bytes, or text such as `512mb`: what the process may use in all. Default: half of what the
 *         cgroup or machine allows. `waitMs`: how long a statement waits for its share before it is refused
 *         as `exhausted`. Default 30 s.
 */
export interface LakeOptions {
  /** The directory that holds the `<database>.db` folders. */
  readonly warehouse: string;
  readonly memory?: number | string;
  /** Threads that decode and compute. Default: cores, at most 8. */
  readonly threads?: number;
  /**
   * Where spilled data goes. Default: the system's temporary directory. A directory of its own is made in it
   * and removed on close.
   */
  readonly tempDirectory?: string;
  readonly waitMs?: number;
  /**
   * `native` (default) reads the engine's memory directly after a self-test; `public` uses its public API
   * only.
   */
  readonly bridge?: 'native' | 'public';
}

/**
 * Opens a warehouse for reading.
 *
 * Limits  `memory` bounds the process: see `docs/memory.md`.
 * Errors  ARGUMENT_INVALID for a memory number too small; WAREHOUSE_MISSING when there is no such directory.
 */
export async function openLake(options: LakeOptions): Promise<Lake> {
  const memory = options.memory ?? defaultMemoryBytes();
  const budget = cutBudget(typeof memory === 'string' ? parseMemorySize(memory) : memory);
  const store = new LocalStore();
  const warehouse = resolve(options.warehouse);
  if ((await store.stat(warehouse))?.kind !== 'directory') {
    throw new LakeError('WAREHOUSE_MISSING', `there is no directory ${warehouse}`, { warehouse });
  }
  return new Lake(store, new Catalog(store, warehouse), budget, options);
}

/** An open warehouse. Close it with `await using` or `close()`. */
export class Lake implements AsyncDisposable {
  readonly budget: Budget;
  readonly #core: LakeCore;
  readonly #options: LakeOptions;
  #temp: Promise<string> | undefined;
  #engine: Promise<Engine> | undefined;
  /** Engines of statements that run. */
  readonly #statements = new Set<Engine>();
  #closed = false;

  /** Use `openLake`. */
  constructor(store: Store, catalog: Catalog, budget: Budget, options: LakeOptions) {
    this.budget = budget;
    this.#options = options;
    this.#core = {
      store,
      catalog,
      budget,
      sqlGate: new Gate('SQL', budget.sqlBytes),
      batchGate: new Gate('batch', budget.batchesBytes),
      scanGate: new Gate('decoding', budget.scanBytes),
      pages: new PageBudget(budget.scanBytes),
      waitMs: options.waitMs ?? WAIT_MS_DEFAULT,
      checkOpen: () => this.#checkOpen(),
      engine: () => this.#sharedEngine(),
      dropEngine: (engine) => this.#dropEngine(engine),
      openEngine: (memoryBytes) => this.#statementEngine(memoryBytes),
      closeEngine: (engine) => this.#closeStatement(engine),
      scratchDirectory: () => this.#scratchDirectory(),
    };
  }

  /** The databases of the warehouse, in no promised order. */
  databases(): AsyncIterable<string> {
    this.#checkOpen();
    return this.#core.catalog.listDatabases();
  }

  /** The tables of a database, in no promised order. Errors: DATABASE_MISSING. */
  tables(database: string): AsyncIterable<string> {
    this.#checkOpen();
    return this.#core.catalog.listTables(database);
  }

  /**
   * A table by name: `db.table`, `db.table$branch_x`, `db.table$snapshots`.
   *
   * Shape   `options` lie over the table's own for this handle (`scan.mode`, `consumer-id`, ...).
   * Errors  TABLE_MISSING, BRANCH_MISSING, ARGUMENT_INVALID; FEATURE_UNSUPPORTED naming the option that would
   *         be read wrongly.
   */
  async table(name: string, options: Readonly<Record<string, string>> = {}): Promise<LakeTable> {
    this.#checkOpen();
    return LakeTable.open(this.#core, parseIdentifier(name), options);
  }

  /** Makes an empty database. Errors: DATABASE_EXISTS, ARGUMENT_INVALID. */
  async createDatabase(name: string): Promise<void> {
    this.#checkOpen();
    await createDatabase(this.#core.catalog, name);
  }

  /**
   * Removes a database; one with tables only with `cascade`.
   *
   * Errors  DATABASE_MISSING, DATABASE_NOT_EMPTY; FEATURE_UNSUPPORTED for a table with files outside the
   *         warehouse.
   */
  async dropDatabase(name: string, options: { readonly cascade?: boolean } = {}): Promise<void> {
    this.#checkOpen();
    await dropDatabase(this.#core.catalog, name, options);
  }

  /**
   * Makes a table without rows and opens it. Columns get their ids, key columns become NOT NULL, as Java
   * does.
   *
   * Errors  DATABASE_MISSING, TABLE_EXISTS; SCHEMA_INVALID naming the column or option where Java refuses the
   *         table; FEATURE_UNSUPPORTED where this version could not read it.
   */
  async createTable(name: string, draft: SchemaDraft): Promise<LakeTable> {
    this.#checkOpen();
    const identifier = parseIdentifier(name);
    await createTable(this.#core.catalog, identifier, draft);
    return LakeTable.open(this.#core, identifier, {});
  }

  /**
   * Removes a table with all its files, branches and tags.
   *
   * Errors  TABLE_MISSING, DATABASE_MISSING; FEATURE_UNSUPPORTED for a table with files outside the
   *         warehouse.
   */
  async dropTable(name: string): Promise<void> {
    this.#checkOpen();
    await dropTable(this.#core.catalog, parseIdentifier(name));
  }

  /** Gives a table another name. Errors: TABLE_MISSING, TABLE_EXISTS, DATABASE_MISSING. */
  async renameTable(from: string, to: string): Promise<void> {
    this.#checkOpen();
    await renameTable(this.#core.catalog, parseIdentifier(from), parseIdentifier(to));
  }

  /**
   * Runs one SELECT over any number of tables (`FROM db.t VERSION AS OF 3`, `TIMESTAMP AS OF '…'`). SHOW
   * DATABASES, SHOW TABLES FROM db and DESCRIBE db.t are answered too. INSERT INTO, INSERT OVERWRITE, CREATE
   * TABLE AS, TRUNCATE TABLE and ALTER TABLE DROP PARTITION are run to their end, each as one commit, unless
   * `readOnly` refuses them.
   *
   * Shape   the result's fields, and its batches as they are computed. Malformed UTF-8 in character columns
   *         is U+FFFD, as Java prints it, before anything is compared. A statement that changes a table gives
   *         one row, `row_count` and `snapshot_id`, null where there was nothing to commit.
   * Errors  SQL_INVALID, SQL_DENIED, those of reading tables; BUDGET_EXHAUSTED when the memory for statements
   *         stays taken; those of writing tables.
   */
  sql(text: string, options: SqlOptions = {}): Promise<SqlResult> {
    this.#checkOpen();
    return runStatement(this.#core, text, options);
  }

  /** Closes engines and removes temporary files. Reads still running fail. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const engine = await this.#engine?.catch(() => undefined);
    await engine?.[Symbol.asyncDispose]();
    for (const statement of this.#statements) await this.#closeStatement(statement);
    const temp = await this.#temp?.catch(() => undefined);
    if (temp !== undefined) await rm(temp, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #checkOpen(): void {
    if (this.#closed) throw new LakeError('CLOSED', 'the lake is closed');
  }

  #sharedEngine(): Promise<Engine> {
    this.#checkOpen();
    this.#engine ??= this.#openEngine(this.budget.scanBytes);
    return this.#engine;
  }

  #dropEngine(engine: Engine): void {
    const current = this.#engine;
    void current?.then((shared) => {
      if (shared !== engine || this.#engine !== current) return;
      this.#engine = undefined;
      return engine[Symbol.asyncDispose]();
    });
  }

  async #statementEngine(memoryBytes: number): Promise<Engine> {
    const engine = await this.#openEngine(memoryBytes);
    this.#statements.add(engine);
    return engine;
  }

  async #closeStatement(engine: Engine): Promise<void> {
    this.#statements.delete(engine);
    await engine[Symbol.asyncDispose]();
  }

  #scratchDirectory(): Promise<string> {
    this.#checkOpen();
    this.#temp ??= makeTemp(this.#options.tempDirectory);
    return this.#temp;
  }

  async #openEngine(memoryBytes: number): Promise<Engine> {
    this.#checkOpen();
    const { threads, bridge } = this.#options;
    const engine = await openEngine({
      memoryBytes,
      tempDirectory: await this.#scratchDirectory(),
      ...(threads === undefined ? {} : { threads }),
      ...(bridge === undefined ? {} : { bridge }),
    });
    if (!this.#closed) return engine;
    // Closed while it was opened: nobody else would close it.
    await engine[Symbol.asyncDispose]();
    throw new LakeError('CLOSED', 'the lake is closed');
  }
}

async function makeTemp(parent: string | undefined): Promise<string> {
  const directory = resolve(parent ?? tmpdir());
  await mkdir(directory, { recursive: true });
  return mkdtemp(join(directory, 'spillway-'));
}
