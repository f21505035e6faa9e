// A warehouse directory as a catalog: databases are `<name>.db` folders, tables are folders in them that
// hold a schema.
import { checkAborted, LakeError } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { checkName, type Identifier, parseIdentifier } from './identifier.ts';
import { SchemaLog } from './schemas.ts';
import { openTableAt, type Table } from './table.ts';

const DATABASE_SUFFIX = '.db';

/**
 * The filesystem catalog of one warehouse. Holds nothing but the two names it is made of.
 *
 * Shape   `warehouse` the absolute directory that holds the `<database>.db` folders.
 * Source  Paimon, catalog/FileSystemCatalog.java.
 */
export class Catalog {
  readonly store: Store;
  readonly warehouse: string;

  constructor(store: Store, warehouse: string) {
    this.store = store;
    this.warehouse = warehouse.replace(/\/+$/, '');
  }

  /** The databases, in the order the store lists them. Errors: `WAREHOUSE_MISSING`. */
  async *listDatabases(signal?: AbortSignal): AsyncGenerator<string, void, undefined> {
    await this.checkWarehouse();
    for await (const entry of this.store.list(this.warehouse)) {
      checkAborted(signal);
      if (entry.kind === 'directory' && entry.name.endsWith(DATABASE_SUFFIX)) {
        yield entry.name.slice(0, -DATABASE_SUFFIX.length);
      }
    }
  }

  /** The tables of a database, in the order the store lists them. Errors: `DATABASE_MISSING`. */
  async *listTables(database: string, signal?: AbortSignal): AsyncGenerator<string, void, undefined> {
    await this.checkDatabase(database);
    const directory = this.databasePath(database);
    for await (const entry of this.store.list(directory)) {
      checkAborted(signal);
      if (entry.kind !== 'directory') continue;
      const schemas = new SchemaLog(this.store, `${directory}/${entry.name}`, undefined);
      if (await schemas.exists()) yield entry.name;
    }
  }

  /**
   * Opens a table by name.
   *
   * Shape   `name` as `parseIdentifier` takes it; a system table name is left to the caller.
   *         `dynamicOptions` lie over the stored ones and may travel in time (`scan.snapshot-id`,
   *         `scan.tag-name`, ...).
   * Errors  `DATABASE_MISSING`, `TABLE_MISSING`, `BRANCH_MISSING`; `FEATURE_UNSUPPORTED` naming the option.
   */
  async openTable(
    name: string | Identifier,
    dynamicOptions: Readonly<Record<string, string>> = {},
  ): Promise<Table> {
    const identifier = typeof name === 'string' ? parseIdentifier(name) : name;
    const path = this.tablePath(identifier);
    try {
      return await openTableAt({ store: this.store, identifier, path, dynamicOptions });
    } catch (error) {
      if (error instanceof LakeError && error.code === 'TABLE_MISSING') {
        await this.checkDatabase(identifier.database);
      }
      throw error;
    }
  }

  databasePath(database: string): string {
    checkName('database', database);
    return `${this.warehouse}/${database}${DATABASE_SUFFIX}`;
  }

  tablePath(identifier: Identifier): string {
    checkName('table', identifier.table);
    return `${this.databasePath(identifier.database)}/${identifier.table}`;
  }

  /** Errors: `WAREHOUSE_MISSING`. */
  async checkWarehouse(): Promise<void> {
    if ((await this.store.stat(this.warehouse))?.kind === 'directory') return;
    throw new LakeError('WAREHOUSE_MISSING', `There is no directory ${this.warehouse}.`, {
      warehouse: this.warehouse,
    });
  }

  /** Errors: `DATABASE_MISSING`, `WAREHOUSE_MISSING`. */
  async checkDatabase(database: string): Promise<void> {
    if ((await this.store.stat(this.databasePath(database)))?.kind === 'directory') return;
    await this.checkWarehouse();
    throw new LakeError('DATABASE_MISSING', `There is no database '${database}' in ${this.warehouse}.`, {
      database,
    });
  }
}
