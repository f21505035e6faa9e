// Makes a schema the table's newest: `schema-<id>` is published once, so of two writers one begins again.
import { LakeError, nowMs, SCHEMA_RACES_MAX } from '../../base/index.ts';
import { createSchema, printSchema, type SchemaDraft, type TableSchema } from '../../format/index.ts';
import type { Store } from '../../store/index.ts';
import { branchDirectory } from '../directories.ts';
import { type Identifier, printIdentifier } from '../identifier.ts';
import { SchemaLog } from '../schemas.ts';
import { SnapshotLog } from '../snapshots.ts';
import { applyChanges } from './apply-changes.ts';
import { checkSchema } from './check-schema.ts';
import { checkDefault } from './default-value.ts';
import { refused } from './refuse.ts';
import type { SchemaChange } from './schema-change.ts';

/** The table whose schema is written. `path` is its directory, `branch` undefined for main. */
export interface SchemaTarget {
  readonly store: Store;
  readonly path: string;
  readonly branch?: string;
  readonly identifier: Identifier;
}

/**
 * Writes schema 0 of a table that is not there yet.
 *
 * Errors  `TABLE_EXISTS`; `SCHEMA_INVALID` naming the column or option where Java refuses the table;
 *         `FEATURE_UNSUPPORTED` where Spillway could not read it. Nothing is written then.
 * Source  Paimon, catalog/AbstractCatalog.java (createTable), schema/SchemaManager.java (createTable).
 */
export async function writeFirstSchema(target: SchemaTarget, draft: SchemaDraft): Promise<TableSchema> {
  const { store, path, identifier } = target;
  checkCreateOptions(draft);
  for (const { name, type, defaultValue } of draft.fields) checkDefault(name, type, defaultValue);
  const schema = createSchema(draft, BigInt(nowMs()));
  checkSchema(schema);
  await checkFallback(target, schema);
  if (!(await new SchemaLog(store, path, undefined).exists()) && (await publishSchema(target, schema))) {
    return schema;
  }
  const table = printIdentifier(identifier);
  throw new LakeError('TABLE_EXISTS', `Table ${table} exists already.`, { table });
}

/**
 * Changes a table's newest schema and writes the result as the next one. When another writer was faster, the
 * changes are applied to what it wrote.
 *
 * Limits  `SCHEMA_RACES_MAX` races lost in a row.
 * Errors  `SCHEMA_INVALID`, `COLUMN_MISSING` where Java refuses a change; `TABLE_MISSING`; `COMMIT_CONFLICT`
 *         after too many lost races. Nothing is written then.
 * Source  Paimon, schema/SchemaManager.java (commitChanges).
 */
export async function alterSchema(
  target: SchemaTarget,
  changes: readonly SchemaChange[],
): Promise<TableSchema> {
  if (changes.length === 0) throw new LakeError('ARGUMENT_INVALID', 'There is nothing to change.');
  const { store, path, branch } = target;
  const table = printIdentifier(target.identifier);
  const snapshots = new SnapshotLog(store, path, branch);
  for (let race = 0; race < SCHEMA_RACES_MAX; race++) {
    const old = await new SchemaLog(store, path, branch).latest();
    if (old === undefined) throw new LakeError('TABLE_MISSING', `Table ${table} does not exist.`, { table });
    const hasSnapshots = (await snapshots.latestId()) !== undefined;
    const schema = applyChanges(old, changes, { hasSnapshots, timeMillis: BigInt(nowMs()) });
    checkSchema(schema);
    await checkFallback(target, schema);
    if (await publishSchema(target, schema)) return schema;
  }
  throw new LakeError('COMMIT_CONFLICT', `${table}: other writers changed the schema all the time.`, {
    table,
  });
}

async function publishSchema({ store, path, branch }: SchemaTarget, schema: TableSchema): Promise<boolean> {
  const file = `${branchDirectory(path, branch)}/schema/schema-${schema.id}`;
  return await store.publish(file, new TextEncoder().encode(printSchema(schema)));
}

/** Source: Paimon, catalog/CatalogUtils.java (validateCreateTable), AbstractCatalog.java. */
function checkCreateOptions({ options = {} }: SchemaDraft): void {
  if (options.path !== undefined) {
    throw refused("Option 'path': the warehouse says where a table lies.", { option: 'path' });
  }
  const autoCreate = options['auto-create']?.toUpperCase();
  if (autoCreate !== undefined && autoCreate !== 'FALSE') {
    throw refused("Option 'auto-create' must be false for a table of a catalog.", { option: 'auto-create' });
  }
}

/** Source: Paimon, schema/SchemaValidation.java (validateFallbackBranch). */
async function checkFallback({ store, path }: SchemaTarget, { options }: TableSchema): Promise<void> {
  const option = 'scan.fallback-branch';
  const branch = options[option]?.trim() ?? '';
  if (branch === '') return;
  if (await new SchemaLog(store, path, branch === 'main' ? undefined : branch).exists()) return;
  throw refused(`Option '${option}' names the branch ${branch}, which does not exist.`, { option });
}
