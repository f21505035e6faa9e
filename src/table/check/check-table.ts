// Verifies everything Java relies on when it reads or writes a table. Reads only; changes nothing.
import { checkAborted } from '../../base/index.ts';
import type { Engine } from '../../engine/index.ts';
import { trimmedPrimaryKeys } from '../../format/index.ts';
import { removingColumns } from '../../tree/index.ts';
import { scanTable } from '../scan.ts';
import { openTableAt, type Table } from '../table.ts';
import type { CheckContext } from './check-context.ts';
import {
  checkChangelogs,
  checkConsumers,
  checkSchemas,
  checkSnapshots,
  checkTags,
  logDirectory,
} from './check-log.ts';
import { checkDataFiles } from './check-rows.ts';
import { checkChangelogOf, checkSnapshot } from './check-snapshot.ts';
import { type Problem, Report } from './problem.ts';

/**
 * What to check.
 *
 * Shape   `onProblem` gets findings as they are found, each once. `engine` given: data files are read too,
 *         which takes as long as reading the table. `onProgress` gets a line about what is looked at now.
 */
export interface CheckOptions {
  readonly onProblem: (problem: Problem) => void;
  readonly engine?: () => Promise<Engine>;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * What was checked. `files`: data files of the newest snapshot; `rows`: rows a read gives, only when data was
 * read.
 */
export interface CheckSummary {
  readonly snapshot: bigint | undefined;
  readonly files: number;
  readonly rows: bigint | undefined;
}

/**
 * Checks a table: all snapshots, tags, kept changelogs and consumers of its branch, and for the main branch
 * of all other branches.
 *
 * Limits  holds the files of one snapshot at a time (about 1 kB each, as planning does) and the names of all
 *         files looked at; one batch of rows.
 * Errors  findings are not errors; `CANCELLED` and what keeps the check itself from going on are.
 * Source  Paimon, the places named at the single checks.
 */
export async function checkTable(table: Table, options: CheckOptions): Promise<CheckSummary> {
  const report = new Report(options.onProblem);
  const shared = { seenFiles: new Set<string>(), readFiles: new Set<string>() };
  const summary = await checkBranch(table, options, report, shared);
  if (table.branch !== undefined) return summary;
  for (const branch of await table.snapshots.branches()) {
    const { store, identifier, path } = table;
    const where = `${path}/branch/branch-${branch}`;
    const other = await report.attempt('branch', where, () =>
      openTableAt({ store, identifier: { ...identifier, branch }, path }),
    );
    if (other !== undefined) await checkBranch(other, options, report, shared);
  }
  return summary;
}

async function checkBranch(
  table: Table,
  options: CheckOptions,
  report: Report,
  shared: Pick<CheckContext, 'seenFiles' | 'readFiles'>,
): Promise<CheckSummary> {
  const { engine, signal, onProgress } = options;
  const schemaIds = await checkSchemas(table, report);
  const context: CheckContext = { table, report, schemaIds, engine, signal, ...shared };
  let newest: { readonly id: bigint; readonly files: number } | undefined;
  for (const places of [checkSnapshots, checkTags]) {
    for await (const placed of places(context)) {
      checkAborted(signal);
      onProgress?.(placed.file.slice(table.path.length + 1));
      const live = await checkSnapshot(context, placed);
      if (places === checkSnapshots) newest = { id: placed.snapshot.id, files: live?.length ?? 0 };
      if (engine !== undefined && live !== undefined) {
        const { file, snapshot } = placed;
        await report.attempt('read', file, () => checkDataFiles(context, snapshot, onProgress));
      }
    }
  }
  for await (const placed of checkChangelogs(context)) await checkChangelogOf(context, placed);
  await checkConsumers(context);
  const rows = engine === undefined ? undefined : await countRows(context, engine);
  return { snapshot: newest?.id, files: newest?.files ?? 0, rows };
}

/** Reads the newest snapshot to its end, merged as every reader merges it. */
async function countRows(context: CheckContext, engine: () => Promise<Engine>): Promise<bigint | undefined> {
  const { table, report, signal } = context;
  return report.attempt('read', logDirectory(table), async () => {
    const [first] = table.schema.fields;
    const keys = trimmedPrimaryKeys(table.schema);
    const some = keys.length > 0 ? keys : first === undefined ? [] : [first.name];
    const columns = [...new Set([...some, ...removingColumns(table.schema)])];
    let rows = 0n;
    const request = { engine: await engine(), columns, ...(signal === undefined ? {} : { signal }) };
    for await (const batch of scanTable(table, request)) rows += BigInt(batch.rowCount);
    return rows;
  });
}
