// `spillway expire`: removes old snapshots.
import { nowMs } from '../base/index.ts';
import { type OptionSpecs, parseArguments, printOptions } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { listing, parseMoment, printReport, REMOVE_OPTIONS } from './print-upkeep.ts';

const OPTIONS = {
  'retain-min': {
    kind: 'count',
    value: 'N',
    help: 'keep at least N snapshots (snapshot.num-retained.min, 10)',
  },
  'retain-max': { kind: 'count', value: 'N', help: 'keep at most N snapshots (snapshot.num-retained.max)' },
  'older-than': {
    kind: 'text',
    value: 'WHEN',
    help: "only snapshots from before WHEN: '1 h', '2026-01-31 12:00:00' (snapshot.time-retained, 1 h)",
  },
  'max-deletes': {
    kind: 'count',
    value: 'N',
    help: 'expire at most N snapshots now (snapshot.expire.limit, 50)',
  },
  ...REMOVE_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway expire DATABASE.TABLE [options]

Removes the oldest snapshots and the files only they need: never a file of a snapshot, tag or branch that
stays, nor a snapshot a consumer has yet to read. What is not given is the table's own option. Where
changelogs have a retention of their own (changelog.*), they are kept, and expired by it.

${printOptions(OPTIONS)}

  spillway expire shop.orders
  spillway expire shop.orders --retain-min 1 --retain-max 5 --dry-run
  spillway expire shop.orders --retain-min 1 --older-than '7 d' --max-deletes 1000
`;

/** Expires and says how much went. */
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
  const [retainMin, retainMax, maxDeletes] = [
    options['retain-min'],
    options['retain-max'],
    options['max-deletes'],
  ];
  const report = await table.expire({
    ...shown.options,
    ...(retainMin === undefined ? {} : { retainMin }),
    ...(retainMax === undefined ? {} : { retainMax }),
    ...(maxDeletes === undefined ? {} : { maxDeletes }),
    ...(olderThanMs === undefined ? {} : { olderThanMs }),
  });
  await shown.end();
  const changelogs = report.changelogs === 0 ? '' : ` and ${report.changelogs} changelogs`;
  const done = `${report.snapshots} snapshots${changelogs} of ${table.name}`;
  await printReport(io, report, { dryRun: options['dry-run'], done });
  return 0;
}
