// `spillway system`: a system table of a table.
import { type OptionSpecs, parseArguments, printOptions } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { FORMATS, printBatches, READ_OPTIONS } from './print-batches.ts';

const OPTIONS = {
  columns: { kind: 'list', short: 'c', value: 'A,B', help: 'only these columns, in this order' },
  filter: { kind: 'text', short: 'f', value: 'CONDITION', help: 'only rows that satisfy it' },
  limit: { kind: 'count', short: 'n', value: 'N', help: 'at most N rows' },
  format: { kind: 'choice', choices: FORMATS, help: 'default: table on a terminal, else jsonl' },
  ...READ_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway system DATABASE.TABLE NAME [options]

Prints a system table. NAME is one of: snapshots schemas options files manifests partitions buckets tags
branches consumers statistics audit_log binlog ro row_tracking file_key_ranges aggregation_fields
table_indexes. Times are UTC.

${printOptions(OPTIONS)}

  spillway system shop.orders snapshots
  spillway system shop.orders files --columns bucket,level,file_path,record_count
  spillway system 'shop.orders$branch_test' schemas
`;

/** Prints the system table. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE', 'NAME'],
    env: io.env,
  });
  await using lake = await openWarehouse(io, warehouse, options.memory);
  const table = await lake.table(`${positionals[0]}$${positionals[1]}`);
  const { columns, filter, limit } = options;
  const scan = await table.scan({
    ...(columns === undefined ? {} : { columns }),
    ...(filter === undefined ? {} : { filter }),
    ...(limit === undefined ? {} : { limit }),
    signal: io.signal,
  });
  await printBatches(io, { fields: scan.fields, batches: scan, format: options.format });
  return 0;
}
