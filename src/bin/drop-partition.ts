// `spillway drop-partition`: removes partitions of a table, as one commit.
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import { COMMIT_OPTIONS, commitOptions, partitionValues } from './commit-options.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { printTruncated } from './truncate.ts';

const OPTIONS = {
  also: { kind: 'many', value: 'K=V,...', help: 'a further partition; may be given many times' },
  ...COMMIT_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway drop-partition DATABASE.TABLE K=V[,K=V...] [options]

Removes the partitions that have these values, as one commit: older snapshots still have their rows until they
expire. Columns that are not named may have any value. A partition of null is named by the table's option
partition.default-name (__DEFAULT_PARTITION__).

${printOptions(OPTIONS)}

  spillway drop-partition shop.visits day=2026-01-31
  spillway drop-partition shop.visits day=2026-01-31,country=de --also day=2026-02-01
`;

/** Drops the partitions. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE', 'K=V'],
    env: io.env,
  });
  const partitions = [positionals[1] as string, ...(options.also ?? [])].map((words) => {
    if (words === '') throw new UsageError('a partition is given as column=value');
    return partitionValues(words.split(','));
  });
  const given = { ...commitOptions(options), signal: io.signal };
  await using lake = await openWarehouse(io, warehouse, undefined);
  const table = await lake.table(positionals[0] as string);
  const result = await table.dropPartitions(partitions, given);
  await io.out.write(`${table.name}: ${printTruncated(result)}\n`);
  return 0;
}
