// `spillway write`: rows of a file into a table, as one commit.
import type { WriteOptions } from '../index.ts';
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import { COMMIT_OPTIONS, commitOptions, counted, partitionValues } from './commit-options.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { READ_OPTIONS } from './print-batches.ts';
import { INPUT_FORMATS, type InputFormat, readRows } from './read-rows.ts';

const OPTIONS = {
  format: { kind: 'choice', choices: INPUT_FORMATS, help: 'default: by the name of FILE, else jsonl' },
  overwrite: { kind: 'flag', help: 'replace the partitions that rows are written to, or the whole table' },
  partition: {
    kind: 'list',
    value: 'K=V,...',
    help: 'with --overwrite: replace these partitions, even with no rows',
  },
  ...COMMIT_OPTIONS,
  ...READ_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway write DATABASE.TABLE FILE [options]

Writes the rows of FILE ('-' for stdin) as one commit. JSON lines: one object a row, as scan prints them; the
member _kind (+I -U +U -D) says what becomes of the row. CSV: the first line names the columns; an empty field
is null, "" is empty text; a column _kind may stand among them. Every value is checked before anything is
written; the first that does not fit is named and nothing changes. Compaction is left to others.

${printOptions(OPTIONS)}

  spillway write shop.orders new-orders.jsonl
  spillway write shop.orders changes.csv --memory 512mb
  echo '{"_kind":"-D","id":1003}' | spillway write shop.orders -
  spillway write shop.visits day.jsonl --overwrite --partition day=2026-01-31
`;

/** Writes. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE', 'FILE'],
    env: io.env,
  });
  const path = positionals[1] as string;
  const writeOptions = { ...optionsOf(options), signal: io.signal };
  await using lake = await openWarehouse(io, warehouse, options.memory);
  const table = await lake.table(positionals[0] as string);
  await using write = await table.write(writeOptions);
  const format = options.format ?? formatOf(path);
  for await (const rows of readRows({ path, format, fields: table.fields, signal: io.signal })) {
    await write.writeRows(rows);
    io.progress(`${write.rowCount.toLocaleString('en')} rows`);
  }
  io.progress(`${write.rowCount.toLocaleString('en')} rows, committing`);
  const { snapshot, already, fileCount, rowCount } = await write.commit();
  io.progress('');
  const what = already
    ? `snapshot ${snapshot?.id} holds this commit already`
    : snapshot === undefined
      ? 'nothing to commit'
      : `${counted(rowCount, 'row')} in ${counted(fileCount, 'file')}, snapshot ${snapshot.id}`;
  await io.out.write(`${table.name}: ${what}\n`);
  return 0;
}

type Options = ReturnType<typeof parseArguments<typeof OPTIONS>>['options'];

function optionsOf(options: Options): WriteOptions {
  const { overwrite, partition } = options;
  if (partition !== undefined && !overwrite) throw new UsageError('--partition needs --overwrite');
  const replaced = partition === undefined ? true : partitionValues(partition);
  return { ...(overwrite ? { overwrite: replaced } : {}), ...commitOptions(options) };
}

function formatOf(path: string): InputFormat {
  return path.toLowerCase().endsWith('.csv') ? 'csv' : 'jsonl';
}
