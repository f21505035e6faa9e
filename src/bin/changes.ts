// `spillway changes`: the changelog of a table as it happens, as JSON lines.
import { constantMember, jsonLines, kindMember } from '../codec/index.ts';
import type { Batch, ChangesOptions } from '../index.ts';
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { READ_OPTIONS } from './print-batches.ts';

const OPTIONS = {
  from: {
    kind: 'text',
    value: 'WHERE',
    help: 'earliest, latest or a snapshot id (default: all rows first)',
  },
  once: { kind: 'flag', help: 'end when everything committed so far is printed' },
  columns: { kind: 'list', short: 'c', value: 'A,B', help: 'only these columns, in this order' },
  filter: { kind: 'text', short: 'f', value: 'CONDITION', help: 'only rows that satisfy it' },
  consumer: { kind: 'text', value: 'ID', help: 'start where consumer ID stands (its progress is not moved)' },
  ...READ_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway changes DATABASE.TABLE [options]

Prints the changes of a table as JSON lines, _snapshot and _kind (+I -U +U -D) first, and goes on with every
new snapshot until it is stopped. Without --from it begins with the rows that are there.

${printOptions(OPTIONS)}

  spillway changes shop.orders --from latest
  spillway changes shop.orders --from earliest --once
  spillway changes shop.orders --from 7 --filter "id = 1003"
`;

/** Follows the table. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE'],
    env: io.env,
  });
  await using lake = await openWarehouse(io, warehouse, options.memory);
  const consumer = options.consumer === undefined ? {} : { 'consumer-id': options.consumer };
  const table = await lake.table(positionals[0] as string, consumer);
  const { columns, filter } = options;
  const changes = table.changes({
    ...fromOption(options.from),
    ...(columns === undefined ? {} : { columns }),
    ...(filter === undefined ? {} : { filter }),
    once: options.once,
    signal: io.signal,
  });
  let rows = 0;
  for await (const { snapshotId, batch } of changes) {
    rows += batch.rowCount;
    const leading = [
      constantMember('_snapshot', Number(snapshotId)),
      kindMember(batch.columns.at(-1) as Batch['columns'][0]),
    ];
    const shown = { ...batch, fields: batch.fields.slice(0, -1), columns: batch.columns.slice(0, -1) };
    for (const chunk of jsonLines(shown, { leading })) await io.out.write(chunk);
    io.progress(`${rows.toLocaleString('en')} changes, snapshot ${snapshotId}`);
  }
  io.progress('');
  return 0;
}

function fromOption(from: string | undefined): Pick<ChangesOptions, 'from'> {
  if (from === undefined) return {};
  if (from === 'earliest' || from === 'latest') return { from };
  if (!/^\d{1,19}$/.test(from))
    throw new UsageError(`--from takes earliest, latest or a snapshot id, not '${from}'`);
  return { from: BigInt(from) };
}
