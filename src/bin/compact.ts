// `spillway compact`: merges files of a table into fewer ones.
import { memoryUsage } from 'node:process';
import { monotonicMs } from '../base/index.ts';
import type { CompactOptions, CompactProgress, CompactReport, PartitionValues } from '../index.ts';
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import { abandonedNote, COMMIT_OPTIONS, commitOptions, counted, partitionValues } from './commit-options.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { READ_OPTIONS } from './print-batches.ts';

const MB = 1024 * 1024;
/** Between two status lines: often enough to see it move, too seldom to cost anything. */
const STATUS_MS = 200;

const OPTIONS = {
  full: { kind: 'flag', help: 'all files, to the deepest level; else what is picked after a write' },
  partition: {
    kind: 'many',
    value: 'K=V,...',
    help: 'only partitions with these values; may be given often',
  },
  where: { kind: 'text', value: 'CONDITION', help: 'only partitions that fulfil it: "day < \'2026-02-01\'"' },
  buckets: { kind: 'list', value: 'N,...', help: 'only buckets of these numbers' },
  ...COMMIT_OPTIONS,
  ...READ_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway compact DATABASE.TABLE [options]

Merges files of a table into fewer ones, as one commit; the rows stay as they are. Without --full files are
picked as after a write of a table that is not write-only (num-sorted-run.*, compaction.*). Others may write
meanwhile. A bucket whose files another writer compacts or overwrites meanwhile is given up and named; the
exit status is 0 all the same: that writer's work is there.

${printOptions(OPTIONS)}

  spillway compact shop.orders
  spillway compact shop.orders --full --memory 1gb
  spillway compact shop.visits --full --partition day=2026-01-31 --partition day=2026-02-01,country=de
  spillway compact shop.visits --where "day < '2026-02-01'" --buckets 0,1
`;

/** Compacts. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE'],
    env: io.env,
  });
  const wanted = optionsOf(options);
  await using lake = await openWarehouse(io, warehouse, options.memory);
  const table = await lake.table(positionals[0] as string);
  const report = await table.compact({ ...wanted, onProgress: statusLine(io), signal: io.signal });
  io.progress('');
  for (const bucket of report.abandoned) await io.err.write(abandonedNote(bucket));
  await io.out.write(`${table.name}: ${printCompacted(report)}\n`);
  return 0;
}

type Options = ReturnType<typeof parseArguments<typeof OPTIONS>>['options'];

function optionsOf(options: Options): CompactOptions {
  const partitions = options.partition?.map((words): PartitionValues => partitionValues(words.split(',')));
  const buckets = options.buckets?.map((word) => {
    if (/^\d{1,9}$/.test(word)) return Number(word);
    throw new UsageError(`--buckets takes whole numbers from 0, not '${word}'`);
  });
  return {
    full: options.full,
    ...(partitions === undefined ? {} : { partitions }),
    ...(options.where === undefined ? {} : { where: options.where }),
    ...(buckets === undefined ? {} : { buckets }),
    ...commitOptions(options),
  };
}

/** Shows how far it is: buckets, rows and how many a second, bytes, and what the process takes. */
function statusLine(io: CommandIo): (progress: CompactProgress) => void {
  const begun = monotonicMs();
  let shown = begun;
  return ({ buckets, bucketsDone, rows, bytes }) => {
    const now = monotonicMs();
    if (now - shown < STATUS_MS) return;
    shown = now;
    const rate = Math.round((rows * 1000) / Math.max(1, now - begun));
    const parts = [
      `bucket ${Math.min(bucketsDone + 1, buckets)} of ${buckets}`,
      `${rows.toLocaleString('en')} rows`,
      `${rate.toLocaleString('en')} rows/s`,
      `${(Number(bytes) / MB).toFixed(0)} MB done`,
      `${(memoryUsage.rss() / MB).toFixed(0)} MB memory`,
    ];
    io.progress(parts.join(', '));
  };
}

function printCompacted(report: CompactReport): string {
  const { snapshot, already, filesBefore, filesAfter, upgradedFiles, bytesBefore, bytesAfter } = report;
  if (already) return `snapshot ${snapshot?.id} holds this commit already`;
  if (snapshot === undefined) return 'nothing to compact';
  const bytes = (count: bigint): string => `${count.toLocaleString('en')} bytes`;
  const moved = upgradedFiles === 0 ? '' : `, ${upgradedFiles} of them only moved`;
  const before = `${counted(filesBefore, 'file')} of ${bytes(bytesBefore)}`;
  const after = `${filesAfter} of ${bytes(bytesAfter)}${moved}`;
  return `${counted(report.bucketCount, 'bucket')}, ${before} became ${after}, snapshot ${snapshot.id}`;
}
