// SQL statements of every kind: those that change a table are run to their end, queries are begun.
import { checkAborted, type Field, LakeError, printType } from '../../base/index.ts';
import { type Batch, batchOf, constantVector, resolveFit, type Value } from '../../codec/index.ts';
import {
  createTable,
  dropPartitions,
  dropTable,
  type Identifier,
  type Overwrite,
  parseIdentifier,
  type Table,
  TableWriter,
  truncateTable,
  type WriteOptions,
  type WriteResult,
} from '../../table/index.ts';
import type { LakeCore } from '../lake-core.ts';
import { writeRoom } from '../lake-write.ts';
import {
  DATABASE_DEFAULT,
  leaseStatement,
  resultOf,
  runSelect,
  runSql,
  type SqlOptions,
  type SqlResult,
} from '../sql/index.ts';
import {
  type ChangingStatement,
  type CreateStatement,
  type InsertStatement,
  parseStatement,
} from './parse-statement.ts';

/** Runs one statement. See `Lake.sql`. */
export async function runStatement(core: LakeCore, text: string, options: SqlOptions): Promise<SqlResult> {
  checkAborted(options.signal);
  const statement = parseStatement(text, options.database ?? DATABASE_DEFAULT);
  if (statement === undefined) return runSql(core, text, options);
  if (options.readOnly === true)
    throw new LakeError('SQL_DENIED', 'the statement would change a table, and only reading was asked for');
  return runChange(core, statement, options);
}

async function runChange(
  core: LakeCore,
  statement: ChangingStatement,
  options: SqlOptions,
): Promise<SqlResult> {
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  switch (statement.kind) {
    case 'insert':
      return insert(core, statement, options);
    case 'create':
      return create(core, statement, options);
    case 'truncate': {
      const { rowCount, snapshot } = await truncateTable(await openTable(core, statement.table), signal);
      return counts(rowCount, snapshot?.id, []);
    }
    case 'drop-partitions': {
      const table = await openTable(core, statement.table);
      const { rowCount, snapshot } = await dropPartitions(table, statement.partitions, signal);
      return counts(rowCount, snapshot?.id, []);
    }
  }
}

async function openTable(core: LakeCore, name: string): Promise<Table> {
  const identifier = parseIdentifier(name);
  if (identifier.system !== undefined)
    throw new LakeError('ARGUMENT_INVALID', `${name} is a system table; it is not written`);
  return core.catalog.openTable(identifier);
}

const BIGINT = { kind: 'BIGINT', nullable: true } as const;
const COUNT_FIELDS: readonly Field[] = [
  { id: 0, name: 'row_count', type: BIGINT },
  { id: 1, name: 'snapshot_id', type: BIGINT },
];

function counts(
  rowCount: number | bigint,
  snapshotId: bigint | undefined,
  tables: SqlResult['tables'],
): SqlResult {
  async function* batches(): AsyncGenerator<Batch, void, undefined> {
    yield batchOf(COUNT_FIELDS, [[BigInt(rowCount), snapshotId ?? null]]);
  }
  return resultOf(COUNT_FIELDS, tables, batches(), async () => undefined);
}

/** A query, and what its rows are written to once its columns are known. */
interface Load {
  readonly query: string;
  readonly target: (result: SqlResult) => Promise<{ readonly table: Table; readonly shape: RowShape }>;
  readonly options: WriteOptions;
}

/** How a row of the query becomes one of the table: names for its columns, and columns all rows share. */
interface RowShape {
  readonly names: readonly string[];
  readonly constants: readonly { readonly field: Field; readonly value: Value }[];
}

/**
 * Runs a query to its end and commits its rows. Its tables are read as of the snapshots it began with, the
 * table that is written too.
 *
 * Limits  half of the statement's memory for the query, half for the rows; both spill.
 */
async function load(
  core: LakeCore,
  { query, target, options }: Load,
  sql: SqlOptions,
): Promise<{ readonly written: WriteResult; readonly tables: SqlResult['tables'] }> {
  await using lease = await leaseStatement(core, sql, 2);
  const bytes = Math.floor(lease.bytes / 2);
  await using result = await runSelect(core, query, sql, { bytes, release: () => undefined });
  const { table, shape } = await target(result);
  await using writer = await TableWriter.open(
    table,
    writeRoom(core, table, { bytes, signal: options.signal }),
    options,
  );
  const origin = { name: 'the query', rowsBefore: 0 };
  for await (const batch of result) await writer.take({ kind: 'batch', batch: shaped(batch, shape) }, origin);
  writer.checkTaken();
  return { written: await writer.commit(), tables: result.tables };
}

function shaped(batch: Batch, { names, constants }: RowShape): Batch {
  const given = batch.fields.map((field, c): Field => ({ ...field, name: names[c] as string }));
  const shared = constants.map(({ field, value }) => constantVector(field.type, value, batch.rowCount));
  return {
    ...batch,
    fields: [...given, ...constants.map(({ field }) => field)],
    columns: [...batch.columns, ...shared],
  };
}

async function insert(core: LakeCore, statement: InsertStatement, sql: SqlOptions): Promise<SqlResult> {
  const table = await openTable(core, statement.table);
  const shapeOf = (result: SqlResult): RowShape => insertShape(table, statement, result.fields);
  const signal = sql.signal === undefined ? {} : { signal: sql.signal };
  const { written, tables } = await load(
    core,
    {
      query: statement.query,
      target: async (result) => ({ table, shape: shapeOf(result) }),
      options: { ...signal, ...(statement.overwrite ? { overwrite: overwritten(table, statement) } : {}) },
    },
    sql,
  );
  return counts(written.rowCount, written.snapshot?.id, tables);
}

/**
 * What INSERT OVERWRITE replaces: with option `dynamic-partition-overwrite` (default true) the partitions
 * that rows go to, else those the statement names.
 */
function overwritten(table: Table, { partition }: InsertStatement): Overwrite {
  const dynamic =
    (table.options.raw['dynamic-partition-overwrite'] ?? 'true').trim().toLowerCase() !== 'false';
  return dynamic || Object.keys(partition).length === 0 ? true : partition;
}

const TEXT = { kind: 'VARCHAR', nullable: true, length: 2147483647 } as const;

function insertShape(table: Table, statement: InsertStatement, given: readonly Field[]): RowShape {
  const { fields, partitionKeys } = table.schema;
  const constants = Object.entries(statement.partition).map(([name, value]) => {
    if (!partitionKeys.includes(name))
      throw new LakeError('SQL_INVALID', `${name} is no partition column of ${statement.table}`);
    return { field: { id: -1, name, type: TEXT }, value };
  });
  const open = fields.filter(({ name }) => !Object.hasOwn(statement.partition, name));
  const listed = statement.columns ?? open.map(({ name }) => name);
  const names = statement.byName ? given.map(({ name }) => name) : listed;
  if (names.length !== given.length) {
    const wanted = `${statement.table} takes ${names.length} columns (${names.join(', ')})`;
    const text = `${wanted}, the query gives ${given.length}`;
    throw new LakeError('SQL_INVALID', text, { wanted: names.length, given: given.length });
  }
  for (const [i, name] of names.entries()) checkColumn(table, statement, { name, given: given[i] as Field });
  return { names, constants };
}

/** Refuses a column before the query runs to its end: one that is not there, twice, or of another type. */
function checkColumn(
  { schema }: Table,
  { table, partition, columns }: InsertStatement,
  { name, given }: { readonly name: string; readonly given: Field },
): void {
  const field = schema.fields.find((one) => one.name === name);
  if (Object.hasOwn(partition, name) || (columns ?? []).filter((one) => one === name).length > 1)
    throw new LakeError('SQL_INVALID', `column ${name} of ${table} is given twice`, { column: name });
  if (field === undefined) {
    if (name === '_kind') return;
    const own = schema.fields.map((one) => one.name).join(', ');
    throw new LakeError('COLUMN_MISSING', `${table} has no column ${name}; it has ${own}.`, { column: name });
  }
  // The engine gives a bare NULL the type INTEGER: whether it is one is seen in its rows.
  if (given.type.kind === 'INT' || resolveFit(given.type, field.type) !== undefined) return;
  const types = `is ${printType(field.type)}, the query gives ${printType(given.type)}`;
  const text = `column ${name} of ${table} ${types}; cast it`;
  throw new LakeError('SQL_INVALID', text, { column: name });
}

async function create(core: LakeCore, statement: CreateStatement, sql: SqlOptions): Promise<SqlResult> {
  const identifier = parseIdentifier(statement.table);
  if (statement.ifNotExists && (await exists(core, statement.table))) return counts(0, undefined, []);
  const { primaryKeys, partitionKeys, options, comment } = statement;
  let made = false;
  const target = async (result: SqlResult) => {
    const fields = result.fields.map(({ name, type }) => ({ name, type: { ...type, nullable: true } }));
    const described = comment === undefined ? {} : { comment };
    const draft = { fields, primaryKeys, partitionKeys, options, ...described };
    await createTable(core.catalog, identifier, draft);
    made = true;
    const names = result.fields.map(({ name }) => name);
    return { table: await core.catalog.openTable(identifier), shape: { names, constants: [] } };
  };
  const signal = sql.signal === undefined ? {} : { signal: sql.signal };
  try {
    const { written, tables } = await load(core, { query: statement.query, target, options: signal }, sql);
    return counts(written.rowCount, written.snapshot?.id, tables);
  } catch (error) {
    const unknown = error instanceof LakeError && error.code === 'COMMIT_UNKNOWN';
    if (made && !unknown) await dropUnused(core, identifier);
    throw error;
  }
}

/**
 * A table that was made for rows does not stay without them, unless somebody has committed to it meanwhile.
 * Where it cannot be removed the failure that led here is the one to tell.
 */
async function dropUnused(core: LakeCore, identifier: Identifier): Promise<void> {
  try {
    const table = await core.catalog.openTable(identifier);
    if ((await table.snapshots.latestId()) === undefined) await dropTable(core.catalog, identifier);
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
  }
}

async function exists(core: LakeCore, name: string): Promise<boolean> {
  try {
    await openTable(core, name);
    return true;
  } catch (error) {
    if (error instanceof LakeError && error.code === 'TABLE_MISSING') return false;
    throw error;
  }
}
