// `spillway branch`: makes, deletes and fast-forwards branches.
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { listing, printReport, REMOVE_OPTIONS } from './print-upkeep.ts';

const OPTIONS = {
  tag: { kind: 'text', value: 'NAME', help: 'create: start with the state of this tag (empty without it)' },
  ...REMOVE_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway branch create DATABASE.TABLE NAME [--tag NAME]
       spillway branch delete DATABASE.TABLE NAME [--dry-run]
       spillway branch fast-forward DATABASE.TABLE NAME [--dry-run]

A branch is another line of snapshots over the same files: read and write it as 'DATABASE.TABLE$branch_NAME'.
Fast-forward gives the table the state of the branch: what is as new as the branch's first snapshot goes.
Data files of a deleted branch stay until \`spillway clean\`.

${printOptions(OPTIONS)}

  spillway tag create shop.orders before-test
  spillway branch create shop.orders test --tag before-test
  spillway branch fast-forward shop.orders test --dry-run
  spillway branch delete shop.orders test
  spillway system 'shop.orders$branches'
`;

/** Does what the first word says. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['create|delete|fast-forward', 'DATABASE.TABLE', 'NAME'],
    env: io.env,
  });
  const [action = '', tableName = '', branch = ''] = positionals;
  const { tag } = options;
  if (!['create', 'delete', 'fast-forward'].includes(action))
    throw new UsageError(`the first word must be create, delete or fast-forward, not '${action}'`);
  if (tag !== undefined && action !== 'create') throw new UsageError('--tag is for branch create');
  if ((options['dry-run'] || options.list) && action === 'create')
    throw new UsageError('branch create removes no files: --dry-run and --list are for the others');
  await using lake = await openWarehouse(io, warehouse, undefined);
  const table = await lake.table(tableName);
  if (action === 'create') {
    await table.createBranch(branch, tag === undefined ? {} : { tag });
    await io.err.write(`made branch ${branch} of ${table.name}\n`);
    return 0;
  }
  const shown = listing(io, options);
  const report =
    action === 'delete'
      ? await table.deleteBranch(branch, shown.options)
      : await table.fastForward(branch, shown.options);
  await shown.end();
  const done =
    action === 'delete' ? `branch ${branch} of ${table.name}` : `${table.name} to branch ${branch}`;
  await printReport(io, report, { dryRun: options['dry-run'], done });
  return 0;
}
