// A scan whose filter is SQL that our own conditions do not cover: functions, arithmetic, subqueries. The
// engine evaluates it.
import { LakeError } from '../base/index.ts';
import { type Identifier, printIdentifier } from '../table/index.ts';
import type { LakeCore } from './lake-core.ts';
import type { Scan, ScanOptions } from './scan.ts';
import { runSql, type SqlResult } from './sql/index.ts';
import { quoteName } from './sql/time-travel.ts';

interface SqlScan {
  readonly identifier: Identifier;
  readonly options: ScanOptions & { readonly filter: string };
}

/**
 * Plans such a scan.
 *
 * Shape   as `Scan`; every iteration runs the statement again.
 * Errors  SQL_INVALID quoting the engine; ARGUMENT_INVALID with `kind`, `branch` beside a branch in the name,
 *         or `between`.
 */
export async function sqlScan(core: LakeCore, { identifier, options }: SqlScan): Promise<Scan> {
  const { columns, filter, limit, kind, branch, between, signal } = options;
  if (kind === true || between !== undefined) {
    const what = kind === true ? 'row kinds' : 'reading between two snapshots';
    throw new LakeError(
      'ARGUMENT_INVALID',
      `the filter '${filter}' needs SQL, which does not go with ${what}`,
    );
  }
  const list = columns === undefined ? '*' : columns.map(quoteName).join(', ');
  const named = branch === undefined || branch === 'main' ? identifier : { ...identifier, branch };
  const [database, ...rest] = printIdentifier(named).split('.');
  const from = `${quoteName(database as string)}.${quoteName(rest.join('.'))}`;
  const tail = limit === undefined ? '' : ` LIMIT ${limit}`;
  // On lines of their own: a comment at the end of the filter must not swallow what follows.
  const text = `SELECT ${list} FROM ${from} WHERE (\n${filter}\n)${tail}`;
  const run = (): Promise<SqlResult> =>
    runSql(core, text, { travel: options, ...(signal === undefined ? {} : { signal }) });
  await using first = await run();
  const report = first.tables[0]?.report;
  return {
    fields: first.fields,
    snapshotId: report?.snapshotId,
    report,
    async *[Symbol.asyncIterator]() {
      yield* await run();
    },
    async *rows() {
      yield* (await run()).rows();
    },
  };
}
