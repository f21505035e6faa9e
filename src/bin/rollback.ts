// `spillway rollback`: goes back to a snapshot or tag.
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { listing, printReport, REMOVE_OPTIONS } from './print-upkeep.ts';

const OPTIONS = {
  snapshot: { kind: 'integer', value: 'N', help: 'the snapshot to go back to' },
  tag: { kind: 'text', value: 'NAME', help: 'the tag to go back to, also when its snapshot has expired' },
  ...REMOVE_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway rollback DATABASE.TABLE --snapshot N [--dry-run]
       spillway rollback DATABASE.TABLE --tag NAME [--dry-run]

Makes a snapshot or tag the newest state of the table. Newer snapshots, tags and kept changelogs go for good;
their data files stay until \`spillway clean\`. Stop writers first: what they commit meanwhile is lost too.

${printOptions(OPTIONS)}

  spillway rollback shop.orders --snapshot 12 --dry-run
  spillway rollback shop.orders --tag before-import
`;

/** Rolls back and says to which snapshot. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE'],
    env: io.env,
  });
  const { snapshot, tag } = options;
  if ((snapshot === undefined) === (tag === undefined))
    throw new UsageError('say where to go back to: --snapshot N or --tag NAME');
  await using lake = await openWarehouse(io, warehouse, undefined);
  const table = await lake.table(positionals[0] as string);
  const shown = listing(io, options);
  const target = tag === undefined ? { snapshot: snapshot as bigint } : { tag };
  const report = await table.rollbackTo(target, shown.options);
  await shown.end();
  const done = `${table.name} back to snapshot ${report.snapshot}`;
  await printReport(io, report, { dryRun: options['dry-run'], done });
  return 0;
}
