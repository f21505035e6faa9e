// `spillway scan`: the rows of one table.
import type { ScanOptions } from '../index.ts';
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { FORMATS, printBatches, READ_OPTIONS } from './print-batches.ts';
import { printPlan } from './print-plan.ts';

const OPTIONS = {
  columns: { kind: 'list', short: 'c', value: 'A,B', help: 'only these columns, in this order' },
  filter: {
    kind: 'text',
    short: 'f',
    value: 'CONDITION',
    help: 'only rows that satisfy it: "a >= 5 and b like \'x%\'"',
  },
  snapshot: { kind: 'integer', value: 'N', help: 'as of snapshot N' },
  tag: { kind: 'text', value: 'T', help: 'as of tag T' },
  branch: { kind: 'text', short: 'b', value: 'B', help: 'of branch B' },
  timestamp: { kind: 'text', value: 'TIME', help: "as of 'yyyy-mm-dd hh:mm:ss' or epoch milliseconds" },
  version: { kind: 'text', value: 'V', help: 'as of a tag, a snapshot id or watermark-<ms>' },
  watermark: { kind: 'integer', value: 'MS', help: 'as of the first snapshot with that watermark' },
  between: { kind: 'list', value: 'N,M', help: 'the changes after snapshot or tag N up to M' },
  limit: { kind: 'count', short: 'n', value: 'N', help: 'at most N rows' },
  kind: { kind: 'flag', short: 'k', help: 'put the row kind first: +I -U +U -D' },
  explain: { kind: 'flag', help: 'say what is read and what is pruned instead of reading' },
  format: { kind: 'choice', choices: FORMATS, help: 'default: table on a terminal, else jsonl' },
  ...READ_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway scan DATABASE.TABLE [options]

Prints the rows of a table, merged as its merge engine says. DATABASE.TABLE$branch_B names a branch,
DATABASE.TABLE$snapshots a system table.

${printOptions(OPTIONS)}

  spillway scan shop.orders --limit 10
  spillway scan shop.orders --columns id,amount --filter "status = 'open' and amount > 100"
  spillway scan shop.orders --tag first-day --format csv > orders.csv
  spillway scan shop.orders --between 3,5 --kind
  spillway scan shop.orders --filter "id = 1003" --explain
`;

/** Scans. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE'],
    env: io.env,
  });
  await using lake = await openWarehouse(io, warehouse, options.memory);
  const table = await lake.table(positionals[0] as string);
  const scan = await table.scan(scanOptions(options, io.signal));
  if (options.explain) {
    const { report } = scan;
    await io.out.write(
      report === undefined ? `${table.name}: made of metadata\n` : printPlan(table.name, report),
    );
    return 0;
  }
  await printBatches(io, { fields: scan.fields, batches: scan, format: options.format, kind: options.kind });
  return 0;
}

type Options = ReturnType<typeof parseArguments<typeof OPTIONS>>['options'];

function scanOptions(options: Options, signal: AbortSignal): ScanOptions {
  const { between } = options;
  if (between !== undefined && between.length !== 2) {
    throw new UsageError('--between takes two snapshots or tags: --between 3,5');
  }
  const given = {
    columns: options.columns,
    filter: options.filter,
    snapshot: options.snapshot,
    tag: options.tag,
    branch: options.branch,
    timestamp: options.timestamp,
    version: options.version,
    watermark: options.watermark,
    between: between as [string, string] | undefined,
    limit: options.limit,
    kind: options.kind || undefined,
  };
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(set) as ScanOptions), signal };
}
