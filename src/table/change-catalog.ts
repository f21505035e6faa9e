// Databases and tables come, go and get other names.
import { LakeError, unsupported } from '../base/index.ts';
import type { SchemaDraft, TableSchema } from '../format/index.ts';
import { writeFirstSchema } from './alter/index.ts';
import type { Catalog } from './catalog.ts';
import { type Identifier, printIdentifier } from './identifier.ts';
import { SchemaLog } from './schemas.ts';
import { SnapshotLog } from './snapshots.ts';

/** Paimon's database of tables about all tables; it has no directory. */
const SYSTEM_DATABASE = 'sys';
const EXTERNAL_PATHS = 'data-file.external-paths';

/**
 * Makes an empty database.
 *
 * Errors  `DATABASE_EXISTS`; `WAREHOUSE_MISSING`; `ARGUMENT_INVALID` for a name that cannot be one.
 * Source  Paimon, catalog/AbstractCatalog.java (createDatabase).
 */
export async function createDatabase(catalog: Catalog, database: string): Promise<void> {
  checkNotSystem(database);
  const path = catalog.databasePath(database);
  await catalog.checkWarehouse();
  if (await catalog.store.makeDirectory(path)) return;
  throw new LakeError('DATABASE_EXISTS', `Database ${database} exists already.`, { database });
}

/**
 * Removes a database, with its tables only if `cascade` says so.
 *
 * Errors  `DATABASE_MISSING`; `DATABASE_NOT_EMPTY`; `FEATURE_UNSUPPORTED` for a table with files elsewhere.
 * Source  Paimon, catalog/AbstractCatalog.java (dropDatabase).
 */
export async function dropDatabase(
  catalog: Catalog,
  database: string,
  options: { readonly cascade?: boolean } = {},
): Promise<void> {
  checkNotSystem(database);
  for await (const table of catalog.listTables(database)) {
    if (options.cascade !== true) {
      const message = `Database ${database} holds tables, ${table} for one; drop them with it or before.`;
      throw new LakeError('DATABASE_NOT_EMPTY', message, { database, table });
    }
    await checkNothingElsewhere(catalog, { database, table });
  }
  await catalog.store.removeTree(catalog.databasePath(database));
}

/**
 * Makes a table without rows.
 *
 * Errors  `DATABASE_MISSING`, `TABLE_EXISTS`; `SCHEMA_INVALID` naming the column or option where Java refuses
 *         the table; `FEATURE_UNSUPPORTED` where Spillway could not read it.
 * Source  Paimon, catalog/AbstractCatalog.java (createTable).
 */
export async function createTable(
  catalog: Catalog,
  identifier: Identifier,
  draft: SchemaDraft,
): Promise<TableSchema> {
  checkMainTable(identifier);
  await catalog.checkDatabase(identifier.database);
  const path = catalog.tablePath(identifier);
  return await writeFirstSchema({ store: catalog.store, path, identifier }, draft);
}

/**
 * Removes a table with all its files, branches and tags.
 *
 * Errors  `TABLE_MISSING`, `DATABASE_MISSING`; `FEATURE_UNSUPPORTED` for a table with files elsewhere.
 * Source  Paimon, catalog/AbstractCatalog.java (dropTable).
 */
export async function dropTable(catalog: Catalog, identifier: Identifier): Promise<void> {
  checkMainTable(identifier);
  await checkTable(catalog, identifier);
  await checkNothingElsewhere(catalog, identifier);
  await catalog.store.removeTree(catalog.tablePath(identifier));
}

/**
 * Gives a table another name, in the same database or another one. Readers and writers that have it open
 * fail.
 *
 * Errors  `TABLE_MISSING`, `DATABASE_MISSING`; `TABLE_EXISTS`, also for a directory that is no table.
 * Source  Paimon, catalog/AbstractCatalog.java (renameTable).
 */
export async function renameTable(catalog: Catalog, from: Identifier, to: Identifier): Promise<void> {
  checkMainTable(from);
  checkMainTable(to);
  await checkTable(catalog, from);
  await catalog.checkDatabase(to.database);
  if (await catalog.store.rename(catalog.tablePath(from), catalog.tablePath(to))) return;
  const table = printIdentifier(to);
  throw new LakeError('TABLE_EXISTS', `${table} exists already.`, { table });
}

async function checkTable(catalog: Catalog, identifier: Identifier): Promise<void> {
  await catalog.checkDatabase(identifier.database);
  if (await new SchemaLog(catalog.store, catalog.tablePath(identifier), undefined).exists()) return;
  const table = printIdentifier(identifier);
  throw new LakeError('TABLE_MISSING', `Table ${table} does not exist.`, { table });
}

/** Java removes whole `data-file.external-paths`, which other tables may share; that is left to a person. */
async function checkNothingElsewhere(catalog: Catalog, identifier: Identifier): Promise<void> {
  const { store } = catalog;
  const path = catalog.tablePath(identifier);
  const branches = await new SnapshotLog(store, path, undefined).branches();
  for (const branch of [undefined, ...branches]) {
    const schemas = new SchemaLog(store, path, branch);
    for (const id of await schemas.ids()) {
      const { options } = await schemas.byId(id);
      const elsewhere = options[EXTERNAL_PATHS]?.trim() ?? '';
      if (elsewhere === '') continue;
      const message = `${printIdentifier(identifier)} has files in '${elsewhere}', which are not removed.`;
      throw unsupported(EXTERNAL_PATHS, message);
    }
  }
}

function checkMainTable(identifier: Identifier): void {
  checkNotSystem(identifier.database);
  if (identifier.branch === undefined && identifier.system === undefined) return;
  const table = printIdentifier(identifier);
  throw new LakeError('ARGUMENT_INVALID', `${table} is no table of its own, but a part or view of one.`, {
    table,
  });
}

function checkNotSystem(database: string): void {
  if (database !== SYSTEM_DATABASE) return;
  throw new LakeError('ARGUMENT_INVALID', `Database ${database} is Paimon's own.`, { database });
}
