// `spillway truncate`: removes all rows of a table, as one commit.
import type { TruncateResult } from '../index.ts';
import { type OptionSpecs, parseArguments, printOptions } from './arguments.ts';
import { COMMIT_OPTIONS, commitOptions, counted } from './commit-options.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';

const OPTIONS = COMMIT_OPTIONS satisfies OptionSpecs;

export const help = `usage: spillway truncate DATABASE.TABLE [options]

Removes all rows, as one commit: older snapshots still have them, and so does \`spillway rollback\`, until
they expire. The table, its schema, tags and branches stay.

${printOptions(OPTIONS)}

  spillway truncate shop.visits
  spillway rollback shop.visits --snapshot 12     # the rows as they were in snapshot 12
`;

/** Truncates. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE'],
    env: io.env,
  });
  const given = { ...commitOptions(options), signal: io.signal };
  await using lake = await openWarehouse(io, warehouse, undefined);
  const table = await lake.table(positionals[0] as string);
  const result = await table.truncate(given);
  await io.out.write(`${table.name}: ${printTruncated(result)}\n`);
  return 0;
}

/** What was removed, as a line. */
export function printTruncated({ already, snapshot, rowCount, fileCount }: TruncateResult): string {
  if (already) return `snapshot ${snapshot?.id} holds this commit already`;
  return `${counted(rowCount, 'row')} in ${counted(fileCount, 'file')} removed, snapshot ${snapshot?.id}`;
}
