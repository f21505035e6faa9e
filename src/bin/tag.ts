// `spillway tag`: makes, deletes and expires tags.
import { nowMs } from '../base/index.ts';
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { listing, parseLength, parseMoment, printReport, REMOVE_OPTIONS } from './print-upkeep.ts';

const OPTIONS = {
  snapshot: { kind: 'integer', value: 'N', help: 'create: the snapshot to tag (the newest)' },
  retain: {
    kind: 'text',
    value: 'TIME',
    help: "create: let `tag expire` delete it after TIME, such as '7 d'",
  },
  'older-than': {
    kind: 'text',
    value: 'WHEN',
    help: "expire: also tags made before WHEN, such as '30 d' or '2026-01-31 12:00:00'",
  },
  ...REMOVE_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway tag create DATABASE.TABLE NAME [--snapshot N] [--retain TIME]
       spillway tag delete DATABASE.TABLE NAME [--dry-run]
       spillway tag expire DATABASE.TABLE [--older-than WHEN] [--dry-run]

A tag keeps a snapshot and its files when it expires. Deleting a tag removes the files only it kept; expire
deletes the tags whose time is over. Of a branch: 'DATABASE.TABLE$branch_NAME'.

${printOptions(OPTIONS)}

  spillway tag create shop.orders before-import
  spillway tag create shop.orders month-end --snapshot 12 --retain '90 d'
  spillway tag delete shop.orders before-import --dry-run
  spillway tag expire shop.orders
  spillway system 'shop.orders$tags'
`;

/** Does what the first word says. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['create|delete|expire', 'DATABASE.TABLE'],
    optionalPositionals: ['NAME'],
    env: io.env,
  });
  const [action = '', tableName = '', tag] = positionals;
  checkWords(action, tag, options);
  const retainMs = options.retain === undefined ? undefined : parseLength('retain', options.retain);
  const older = options['older-than'];
  const olderThanMs = older === undefined ? undefined : parseMoment('older-than', older, nowMs());
  await using lake = await openWarehouse(io, warehouse, undefined);
  const table = await lake.table(tableName);
  if (action === 'create') {
    const { snapshot } = options;
    await table.createTag(tag as string, {
      ...(snapshot === undefined ? {} : { snapshot }),
      ...(retainMs === undefined ? {} : { retainMs }),
    });
    await io.err.write(`tagged ${table.name} as ${tag}\n`);
    return 0;
  }
  const dryRun = options['dry-run'];
  const shown = listing(io, options);
  if (action === 'delete') {
    const report = await table.deleteTag(tag as string, shown.options);
    await shown.end();
    await printReport(io, report, { dryRun, done: `tag ${tag} of ${table.name}` });
    return 0;
  }
  const report = await table.expireTags({
    ...shown.options,
    ...(olderThanMs === undefined ? {} : { olderThanMs }),
  });
  await shown.end();
  const names = report.tags.length === 0 ? 'no tag' : `tags ${report.tags.join(', ')}`;
  await printReport(io, report, { dryRun, done: `${names} of ${table.name}` });
  return 0;
}

function checkWords(
  action: string,
  tag: string | undefined,
  options: {
    readonly snapshot: unknown;
    readonly retain: unknown;
    readonly 'older-than': unknown;
    readonly 'dry-run': boolean;
    readonly list: boolean;
  },
): void {
  if (!['create', 'delete', 'expire'].includes(action))
    throw new UsageError(`the first word must be create, delete or expire, not '${action}'`);
  if (action === 'expire' && tag !== undefined) throw new UsageError(`unexpected argument '${tag}'`);
  if (action !== 'expire' && tag === undefined) throw new UsageError('NAME is missing');
  const creates = options.snapshot !== undefined || options.retain !== undefined;
  if (creates && action !== 'create') throw new UsageError(`--snapshot and --retain are for tag create`);
  if (options['older-than'] !== undefined && action !== 'expire')
    throw new UsageError('--older-than is for tag expire');
  if ((options['dry-run'] || options.list) && action === 'create')
    throw new UsageError('tag create removes no files: --dry-run and --list are for delete and expire');
}
