// `spillway clean`: removes files that nothing refers to.
import { nowMs } from '../base/index.ts';
import { type OptionSpecs, parseArguments, printOptions } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { listing, parseMoment, printReport, REMOVE_OPTIONS } from './print-upkeep.ts';

const OPTIONS = {
  'older-than': {
    kind: 'text',
    value: 'WHEN',
    help: "only files last changed before WHEN: '3 d', '2026-01-31 12:00:00' (1 d)",
  },
  ...REMOVE_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway clean DATABASE.TABLE [--older-than WHEN] [--dry-run]

Removes orphans: files in the table's directories that no snapshot, tag or kept changelog of any branch
refers to, as crashes, failed commits, rollbacks and deleted branches leave them. Writers may go on meanwhile,
as long as no write takes longer than the age asked for. Stops before removing anything when metadata is
unreadable.

${printOptions(OPTIONS)}

  spillway clean shop.orders --dry-run
  spillway clean shop.orders --older-than '3 d'
`;

/** Cleans and says how much went. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE'],
    env: io.env,
  });
  const older = options['older-than'];
  const olderThanMs = older === undefined ? undefined : parseMoment('older-than', older, nowMs());
  await using lake = await openWarehouse(io, warehouse, undefined);
  const table = await lake.table(positionals[0] as string);
  const shown = listing(io, options);
  const report = await table.removeOrphans({
    ...shown.options,
    ...(olderThanMs === undefined ? {} : { olderThanMs }),
  });
  await shown.end();
  const done = `${report.bytes} bytes of ${table.name}`;
  await printReport(io, report, { dryRun: options['dry-run'], done });
  return 0;
}
