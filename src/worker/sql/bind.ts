// Binds every table of a statement to a relation inside the statement's engine: a view over files where the
// engine can read them by itself, a staged copy of the merged rows where it cannot, or both united.
import { dirname } from 'node:path';
import { type Field, LakeError } from '../../base/index.ts';
import type { Batch } from '../../codec/index.ts';
import type { Engine } from '../../engine/index.ts';
import { fieldsOf, type Predicate } from '../../format/index.ts';
import {
  type PlanReport,
  parseIdentifier,
  planScan,
  removingColumns,
  type Table,
} from '../../table/index.ts';
import type { LakeCore } from '../lake-core.ts';
import { projectBatch } from '../project.ts';
import { readLeased, winnersLeased } from '../read-leased.ts';
import { openSystemTable } from '../system-source.ts';
import { travelOptions } from '../travel-options.ts';
import type { Node } from './ast.ts';
import { type MentionedColumns, neededColumns, pointTo } from './columns.ts';
import { rowLimit } from './limit.ts';
import { pushedPredicate } from './pushdown.ts';
import { cutPlan, groupSql } from './raw-view.ts';
import type { TableRef } from './statement.ts';
import { quoteName } from './time-travel.ts';

/** More files than this are allowed by directory, not one by one. */
const PATHS_LISTED_MAX = 1000;

/** What became of one table of a statement. `report` is undefined for system tables. */
export interface BoundTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly pushed: Predicate | undefined;
  readonly report: PlanReport | undefined;
  /** Rows that were merged or decoded here and copied into the engine. */
  readonly stagedRows: number;
  /** Files the engine reads by itself. */
  readonly filesDirect: number;
}

/** What binding needs. */
export interface BindContext {
  readonly core: LakeCore;
  readonly engine: Engine;
  readonly query: Node;
  readonly mentioned: MentionedColumns;
  readonly signal: AbortSignal | undefined;
  /** False: the engine reads no file by itself, every row is staged. */
  readonly direct: boolean;
  /** Rows of files that may be marked as rows of a table, a bit each, before they are staged instead. */
  readonly pickedRowsMax: number;
}

/** A bound table: the files the engine reads by itself, and the paths it must be allowed to open for them. */
export interface BoundPaths {
  readonly bound: BoundTable;
  readonly files: readonly string[];
  readonly paths: readonly string[];
}

/** Binds one table, under the relation name `relation`, and gives the paths the engine may open for it. */
export async function bindTable(context: BindContext, ref: TableRef, relation: string): Promise<BoundPaths> {
  const identifier = parseIdentifier(`${ref.database}.${ref.table}`);
  const table = await context.core.catalog.openTable(identifier, travelOptions(ref.travel) ?? {});
  pointTo(ref, relation);
  if (identifier.system !== undefined) {
    const source = openSystemTable(identifier.system, table);
    const fields = pickFields(context.mentioned, source.fields, ref);
    const batches = source.read(context.core.engine, context.signal);
    const stagedRows = await stage(context, relation, fields, batches);
    const bound = {
      columns: fields.map((f) => f.name),
      pushed: undefined,
      report: undefined,
      filesDirect: 0,
    };
    return { bound: { name: `${ref.database}.${ref.table}`, ...bound, stagedRows }, files: [], paths: [] };
  }
  return bindData(context, ref, relation, table);
}

/** The table a statement names; undefined when it names a system table. */
export async function openReferenced(core: LakeCore, ref: TableRef): Promise<Table | undefined> {
  const identifier = parseIdentifier(`${ref.database}.${ref.table}`);
  if (identifier.system !== undefined) return undefined;
  return core.catalog.openTable(identifier, travelOptions(ref.travel) ?? {});
}

/** What a statement that is a scan reads. */
interface ScanBinding {
  readonly ref: TableRef;
  readonly columns: readonly string[];
  readonly limit: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Binds the table of a statement that is a scan: its rows come as they are read. */
export async function bindScan(core: LakeCore, table: Table, { ref, columns, limit, signal }: ScanBinding) {
  const fields = fieldsOf(table.schema, columns);
  const asked = {
    ...(limit === undefined ? {} : { limit }),
    ...(signal === undefined ? {} : { signal }),
  };
  const plan = await planScan(table, asked);
  const read = { ...asked, columns: columnsToRead(table, fields) };
  async function* batches(): AsyncGenerator<Batch, void, undefined> {
    for await (const batch of readLeased(core, table, plan.splits, read)) {
      yield projectBatch(batch, fields, batch.rowCount);
    }
  }
  const name = `${ref.database}.${ref.table}`;
  const bound: BoundTable = {
    name,
    columns,
    pushed: undefined,
    report: plan.report,
    stagedRows: 0,
    filesDirect: 0,
  };
  return { fields, bound, batches: batches() };
}

async function bindData(
  context: BindContext,
  ref: TableRef,
  relation: string,
  table: Table,
): Promise<BoundPaths> {
  const { query, mentioned, signal } = context;
  const fields = pickFields(mentioned, table.schema.fields, ref);
  const pushed = pushedPredicate(query, ref, table.schema.fields);
  const limit = rowLimit(query, ref.node);
  const asked = {
    ...(pushed === undefined ? {} : { filter: pushed }),
    ...(limit === undefined ? {} : { limit }),
    ...(signal === undefined ? {} : { signal }),
  };
  const plan = await planScan(table, asked);
  // A statement that wants few rows stops a merge when it has them; marking rows would read all keys first.
  const pickedRowsMax = limit === undefined ? context.pickedRowsMax : 0;
  const { groups, picked, rest } = context.direct
    ? await cutPlan(table, plan.splits, { fields, pickedRowsMax })
    : { groups: [], picked: undefined, rest: plan.splits };
  const parts = groups.map(groupSql);
  if (picked !== undefined && picked.splits.length > 0) {
    const marks = `${relation}_marks`;
    await picked.stage(context.engine, marks, winnersLeased(context.core, table, picked.splits, asked));
    parts.push(...picked.selects(marks));
  }
  let stagedRows = 0;
  if (rest.length > 0 || parts.length === 0) {
    const staged = context.direct ? `${relation}_rows` : `${relation}_all`;
    stagedRows = await stage(
      context,
      staged,
      fields,
      readLeased(context.core, table, rest, { ...asked, columns: columnsToRead(table, fields) }),
    );
    parts.push(`SELECT * FROM ${quoteName(staged)}`);
  }
  const files = [...groups.flatMap((group) => group.paths), ...(picked?.paths ?? [])];
  const view = `CREATE VIEW ${quoteName(relation)} AS ${parts.join(' UNION ALL ')}`;
  try {
    await run(context.engine, view, files);
  } catch (error) {
    if (files.length === 0 || !isColumnRefusal(error)) throw error;
    // A file lacks columns its schema promises; read here, they are null.
    return bindData({ ...context, direct: false }, ref, relation, table);
  }
  const bound: BoundTable = {
    name: `${ref.database}.${ref.table}`,
    columns: fields.map((field) => field.name),
    pushed,
    report: plan.report,
    stagedRows,
    filesDirect: files.length,
  };
  return { bound, files, paths: files.length <= PATHS_LISTED_MAX ? files : directoriesOf(files) };
}

function isColumnRefusal(error: unknown): boolean {
  return error instanceof LakeError && (error.code === 'SQL_INVALID' || error.code === 'COLUMN_MISSING');
}

async function stage(
  context: BindContext,
  name: string,
  fields: readonly Field[],
  batches: AsyncIterable<Batch>,
): Promise<number> {
  const staged = await context.engine.stage(name, fields);
  for await (const batch of batches) {
    await staged.append(projectBatch(batch, fields, batch.rowCount));
  }
  await staged.finish();
  return staged.rowCount;
}

/** The columns a statement may touch, and those without which rows come back that the table does not hold. */
function columnsToRead(table: Table, fields: readonly Field[]): readonly string[] {
  return [...new Set([...fields.map((field) => field.name), ...removingColumns(table.schema)])];
}

/** The columns to bind: those the statement may touch, or one cheap column when it only counts rows. */
function pickFields(mentioned: MentionedColumns, all: readonly Field[], ref: TableRef): readonly Field[] {
  const names = neededColumns(
    mentioned,
    all.map((field) => field.name),
  );
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      throw new LakeError(
        'FEATURE_UNSUPPORTED',
        `${ref.database}.${ref.table} has columns '${other}' and '${name}'; ` +
          'SQL does not tell them apart, scan does',
        { table: `${ref.database}.${ref.table}`, columns: [other, name] },
      );
    }
    seen.set(name.toLowerCase(), name);
  }
  const needed = new Set(names);
  if (needed.size > 0) return all.filter((field) => needed.has(field.name));
  const cheap =
    all.find((field) => /^(?:BOOLEAN|TINYINT|SMALLINT|INT|BIGINT|DATE)$/.test(field.type.kind)) ?? all[0];
  return cheap === undefined ? [] : [cheap];
}

function directoriesOf(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => `${dirname(file)}/`))];
}

/** Runs a statement without rows; `paths`: the files it looks at. */
async function run(engine: Engine, sql: string, paths: readonly string[]): Promise<void> {
  for await (const _ of engine.query(sql, paths.length === 0 ? {} : { paths })) {
    // A statement without rows.
  }
}
