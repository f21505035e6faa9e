// Tables in a temporary directory, written and compacted without a lake around them, so that a test can put
// another store below them.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { parseType } from '../../src/base/index.ts';
import { type Row, rowsOf } from '../../src/codec/index.ts';
import { type Engine, openEngine } from '../../src/engine/index.ts';
import type { DataFileMeta } from '../../src/format/index.ts';
import { LocalStore, type Store } from '../../src/store/index.ts';
import {
  Catalog,
  type CompactionRoom,
  createDatabase,
  createTable,
  liveEntries,
  parseIdentifier,
  planScan,
  readPlan,
  type Table,
  TableWriter,
  type WriteOptions,
  type WriteResult,
  type WriteRoom,
  type WriteRow,
} from '../../src/table/index.ts';

/** Columns by name, as SQL types. */
export interface TableShape {
  readonly fields: Readonly<Record<string, string>>;
  readonly keys?: readonly string[];
  readonly partitions?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}

/** A warehouse with an engine beside it; both go after the tests of the file. */
export class Bench {
  readonly warehouse = mkdtempSync(join(tmpdir(), 'spillway-compaction-'));
  #engine: Promise<Engine> | undefined;
  #database: Promise<void> | undefined;

  constructor() {
    after(async () => {
      await (await this.#engine)?.[Symbol.asyncDispose]();
      rmSync(this.warehouse, { recursive: true });
    });
  }

  engine(): Promise<Engine> {
    const tempDirectory = join(this.warehouse, 'temp');
    mkdirSync(tempDirectory, { recursive: true });
    this.#engine ??= openEngine({ memoryBytes: 128_000_000, threads: 2, tempDirectory });
    return this.#engine;
  }

  /** What compactions work with. */
  get room(): CompactionRoom {
    return { engine: () => this.engine(), room: { decodeBytes: 32_000_000, batchBytes: 32_000_000 } };
  }

  /** Makes table `d.NAME`. */
  async create(
    name: string,
    { fields, keys = [], partitions = [], options = {} }: TableShape,
  ): Promise<void> {
    const catalog = new Catalog(new LocalStore(), this.warehouse);
    this.#database ??= createDatabase(catalog, 'd');
    await this.#database;
    await createTable(catalog, parseIdentifier(`d.${name}`), {
      fields: Object.entries(fields).map(([column, type]) => ({ name: column, type: parseType(type) })),
      primaryKeys: keys,
      partitionKeys: partitions,
      options,
    });
  }

  /** A copy of a table under another name. */
  copy(name: string, to: string): void {
    cpSync(this.#path(name), this.#path(to), { recursive: true });
  }

  open(name: string, options: Readonly<Record<string, string>> = {}, store: Store = new LocalStore()) {
    return new Catalog(store, this.warehouse).openTable(parseIdentifier(`d.${name}`), options);
  }

  async write(table: Table, rows: readonly WriteRow[], options: WriteOptions = {}): Promise<WriteResult> {
    const room: WriteRoom = {
      memoryBytes: 32_000_000,
      scratchDirectory: async () => this.warehouse,
      withCompactionRoom: (work) => work(this.room),
    };
    await using writer = await TableWriter.open(table, room, options);
    await writer.writeRows(rows);
    return await writer.commit();
  }

  /** All rows, in the order of their text. */
  async rows(name: string): Promise<readonly string[]> {
    const table = await this.open(name);
    const { splits } = await planScan(table, {});
    const rows: Row[] = [];
    for await (const batch of readPlan(table, splits, { engine: await this.engine() }))
      rows.push(...rowsOf(batch));
    const printed = (_key: string, value: unknown): unknown =>
      typeof value === 'bigint' ? `${value}n` : value;
    return rows.map((row) => JSON.stringify(row, printed)).sort();
  }

  /** The live files. */
  async files(name: string): Promise<readonly DataFileMeta[]> {
    const table = await this.open(name);
    const latest = await table.snapshots.latest();
    const files: DataFileMeta[] = [];
    if (latest === undefined) return files;
    for await (const entries of liveEntries(table, latest)) files.push(...entries.map(({ file }) => file));
    return files;
  }

  /** Names of the data files that lie in the table's directory, live or not. */
  stored(name: string): readonly string[] {
    const all = readdirSync(this.#path(name), { recursive: true }).map(String);
    return all.filter((path) => path.endsWith('.parquet')).map((path) => path.replace(/.*\//, ''));
  }

  #path(name: string): string {
    return join(this.warehouse, 'd.db', name);
  }
}
