// An opened table: an immutable handle on its schema, options and snapshots.
import { LakeError } from '../base/index.ts';
import type { TableSchema } from '../format/index.ts';
import type { Store } from '../store/index.ts';
import { mergeSpec } from '../tree/index.ts';
import { type Identifier, printIdentifier } from './identifier.ts';
import { SchemaLog } from './schemas.ts';
import { SnapshotLog } from './snapshots.ts';
import { parseTableOptions, type TableOptions } from './table-options.ts';
import { travelledSnapshot, travels } from './time-travel.ts';

/**
 * One branch of one table, as opened.
 *
 * Shape   `path` the table's directory (absolute); `branch` undefined for main; `schema` the newest one, or
 *         that of the snapshot the options travel to; `options` the newest schema's with the dynamic ones
 *         over them; `fallback` the table that partitions missing here are read from.
 */
export interface Table {
  readonly identifier: Identifier;
  readonly store: Store;
  readonly path: string;
  readonly branch?: string;
  readonly schema: TableSchema;
  readonly options: TableOptions;
  readonly schemas: SchemaLog;
  readonly snapshots: SnapshotLog;
  readonly fallback?: Table;
}

/** What `openTableAt` needs. `dynamicOptions` lie over the stored ones; an empty text removes an option. */
export interface OpenTable {
  readonly store: Store;
  readonly identifier: Identifier;
  readonly path: string;
  readonly dynamicOptions?: Readonly<Record<string, string>>;
}

/**
 * Opens a table by its directory.
 *
 * Errors  `TABLE_MISSING`, `BRANCH_MISSING`; `FEATURE_UNSUPPORTED` naming the option it would read wrongly;
 *         `SCHEMA_INVALID` naming the option where Java refuses the table.
 * Source  Paimon, table/FileStoreTableFactory.java, AbstractFileStoreTable.java (copyInternal,
 *         tryTimeTravel).
 */
export async function openTableAt(open: OpenTable): Promise<Table> {
  const branch = open.identifier.branch ?? branchOption(open.dynamicOptions);
  const table = await openBranch(open, branch);
  const fallback = table.options.fallbackBranch;
  if (fallback === undefined || fallback === branch) return table;
  const schemas = new SchemaLog(open.store, open.path, fallback === 'main' ? undefined : fallback);
  if (!(await schemas.exists())) return table;
  const dynamicOptions = await fallbackOptions(open, table, fallback);
  const other = await openBranch({ ...open, dynamicOptions }, fallback === 'main' ? undefined : fallback);
  checkSameTypes(table, other, fallback);
  return { ...table, fallback: other };
}

/**
 * The table with its newest schema, whatever snapshot its options name: so streams read it, which begin there
 * and go on with what is written today.
 *
 * Source  Paimon, AbstractFileStoreTable.java (copyWithoutTimeTravel).
 */
export async function withoutTimeTravel(table: Table): Promise<Table> {
  const { raw } = table.options;
  const latest = travels(raw) ? await table.schemas.latest() : undefined;
  return latest === undefined ? table : { ...table, schema: { ...latest, options: raw } };
}

async function openBranch(open: OpenTable, branch: string | undefined): Promise<Table> {
  const { store, path, identifier } = open;
  const schemas = new SchemaLog(store, path, branch);
  const latest = await schemas.latest();
  if (latest === undefined) throw noTable(identifier, branch);
  const raw = mergeOptions(latest.options, open.dynamicOptions ?? {});
  const snapshots = new SnapshotLog(store, path, branch);
  const schema = { ...(await travelledSchema(schemas, snapshots, raw, latest)), options: raw };
  const options = parseTableOptions(raw, schema.primaryKeys.length > 0);
  // What no merge could read is refused here, not in the middle of a read.
  if (schema.primaryKeys.length > 0) mergeSpec(schema, schema.fields);
  return {
    identifier: branch === undefined ? identifier : { ...identifier, branch },
    store,
    path,
    ...(branch === undefined ? {} : { branch }),
    schema,
    options,
    schemas,
    snapshots,
  };
}

/**
 * The schema of the snapshot the options travel to. A snapshot that does not exist is reported by the scan,
 * as in Java.
 */
async function travelledSchema(
  schemas: SchemaLog,
  log: SnapshotLog,
  options: Readonly<Record<string, string>>,
  latest: TableSchema,
): Promise<TableSchema> {
  try {
    const snapshot = await travelledSnapshot(log, options);
    return snapshot === undefined ? latest : await schemas.byId(snapshot.schemaId);
  } catch (error) {
    if (error instanceof LakeError && error.kind === 'invalid') return latest;
    throw error;
  }
}

function mergeOptions(
  stored: Readonly<Record<string, string>>,
  dynamic: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const merged: Record<string, string> = { ...stored };
  for (const [key, value] of Object.entries(dynamic)) {
    if (value === '') delete merged[key];
    else merged[key] = value;
  }
  return merged;
}

/**
 * Options for the fallback branch: its own bucket number, and a snapshot id turned into the one of the same
 * time there.
 */
async function fallbackOptions(
  open: OpenTable,
  table: Table,
  fallback: string,
): Promise<Readonly<Record<string, string>>> {
  const { bucket: _bucket, branch: _branch, 'scan.snapshot-id': id, ...rest } = open.dynamicOptions ?? {};
  if (id === undefined || !/^\d{1,19}$/.test(id))
    return id === undefined ? rest : { ...rest, 'scan.snapshot-id': id };
  const here = await table.snapshots.tryRead(BigInt(id));
  if (here === undefined) return { ...rest, 'scan.snapshot-id': id };
  const there = new SnapshotLog(open.store, open.path, fallback === 'main' ? undefined : fallback);
  const snapshot = await there.atOrBefore(here.timeMillis);
  return { ...rest, 'scan.snapshot-id': String(snapshot?.id ?? 1n) };
}

function checkSameTypes(table: Table, other: Table, branch: string): void {
  const [a, b] = [table.schema.fields, other.schema.fields];
  if (a.length === b.length && a.every((field, i) => sameTypeLoosely(field.type, b[i]?.type))) return;
  throw new LakeError(
    'SCHEMA_INVALID',
    `The fallback branch ${branch} has other columns than ${printIdentifier(table.identifier)}.`,
    { branch },
  );
}

function sameTypeLoosely(a: unknown, b: unknown): boolean {
  const plain = (type: unknown): string =>
    JSON.stringify(type, (key, value) => (key === 'nullable' || key === 'id' ? undefined : value));
  return plain(a) === plain(b);
}

function branchOption(options: Readonly<Record<string, string>> | undefined): string | undefined {
  const branch = options?.branch;
  return branch === undefined || branch === '' || branch === 'main' ? undefined : branch;
}

function noTable(identifier: Identifier, branch: string | undefined): LakeError {
  const name = printIdentifier({ database: identifier.database, table: identifier.table });
  return branch === undefined
    ? new LakeError('TABLE_MISSING', `Table ${name} does not exist.`, { table: name })
    : new LakeError('BRANCH_MISSING', `Table ${name} has no branch '${branch}'.`, { table: name, branch });
}
