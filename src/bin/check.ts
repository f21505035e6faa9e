// `spillway check`: are the files of a table what Java relies on?
import { printJson } from '../codec/index.ts';
import type { CheckSummary, Problem } from '../index.ts';
import { type OptionSpecs, parseArguments, printOptions } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { READ_OPTIONS } from './print-batches.ts';

/** Findings listed of each severity, unless told otherwise: one damaged directory can make thousands. */
const LISTED_DEFAULT = 100;

const OPTIONS = {
  data: {
    kind: 'flag',
    short: 'd',
    help: 'read all data files too: rows, keys, statistics, deletion vectors',
  },
  max: { kind: 'count', value: 'N', help: `list at most N problems and N warnings (${LISTED_DEFAULT})` },
  json: { kind: 'flag', help: 'print one JSON object' },
  ...READ_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway check DATABASE.TABLE [options]

Verifies a table: hints, schemas, all snapshots with their manifests, record counts, buckets, levels, files,
tags, branches, kept changelogs, consumers and index files. With --data also the rows of every file. Changes
nothing. Exit status 1 when there are problems; warnings alone leave it 0.

${printOptions(OPTIONS)}

  spillway check shop.orders
  spillway check shop.orders --data
  spillway check shop.orders --data --json | jq .problems
`;

/** Checks, then prints what was found. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE'],
    env: io.env,
  });
  await using lake = await openWarehouse(io, warehouse, options.memory);
  const table = await lake.table(positionals[0] as string);
  const found = new Found(options.max ?? LISTED_DEFAULT);
  const summary = await table.check({
    data: options.data,
    onProblem: (problem) => found.add(problem),
    onProgress: (line) => io.progress(`checking ${line}`),
    signal: io.signal,
  });
  io.progress('');
  await io.out.write(
    options.json ? jsonText(table.name, summary, found) : plainText(table.name, summary, found),
  );
  return found.problemCount === 0 ? 0 : 1;
}

/** Findings by severity, the first of each kept. */
class Found {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  problemCount = 0;
  warningCount = 0;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(problem: Problem): void {
    const error = problem.severity === 'error';
    if (error) this.problemCount++;
    else this.warningCount++;
    const list = error ? this.problems : this.warnings;
    if (list.length < this.#max) list.push(problem);
  }

  get suppressed(): number {
    return this.problemCount + this.warningCount - this.problems.length - this.warnings.length;
  }
}

function jsonText(table: string, { snapshot, files, rows }: CheckSummary, found: Found): string {
  const { problems, warnings, suppressed, problemCount } = found;
  const ok = problemCount === 0;
  const object = {
    ok,
    table,
    snapshot: snapshot ?? null,
    files,
    rows: rows ?? null,
    problems,
    suppressed,
    warnings,
  };
  return `${printJson(object)}\n`;
}

function plainText(table: string, { snapshot, files, rows }: CheckSummary, found: Found): string {
  const lines = [...found.problems, ...found.warnings].map(
    ({ severity, rule, file, what, action }) => `${severity} ${rule} ${file}\n  ${what}\n  ${action}`,
  );
  if (found.suppressed > 0) lines.push(`and ${found.suppressed} more, not listed (--max)`);
  const state = snapshot === undefined ? 'no snapshot' : `snapshot ${snapshot}, ${files} files`;
  const read = rows === undefined ? '' : `, ${rows} rows`;
  const counts = `${found.problemCount} problems, ${found.warningCount} warnings`;
  lines.push(`${table}: ${state}${read}: ${counts}`);
  return `${lines.join('\n')}\n`;
}
