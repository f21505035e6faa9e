// `spillway write`: rows of files into a table, as one commit.
import { nowMs } from '../base/index.ts';
import {
  INPUT_FORMATS,
  type InputFormat,
  type InputProgress,
  LakeError,
  type LakeTable,
  type LakeWrite,
  type WriteOptions,
  type WriteResult,
} from '../index.ts';
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import { BadRowsFile } from './bad-rows-file.ts';
import { abandonedNote, COMMIT_OPTIONS, commitOptions, counted, partitionValues } from './commit-options.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { READ_OPTIONS } from './print-batches.ts';

const OPTIONS = {
  format: {
    kind: 'choice',
    choices: INPUT_FORMATS,
    help: 'default: by the name of FILE, else by its first bytes',
  },
  'bad-rows': {
    kind: 'text',
    value: 'OUT',
    help: 'set rows aside that do not fit, with row, column and reason; write the others',
  },
  overwrite: { kind: 'flag', help: 'replace the partitions that rows are written to, or the whole table' },
  partition: {
    kind: 'list',
    value: 'K=V,...',
    help: 'with --overwrite: replace these partitions, even with no rows',
  },
  ...COMMIT_OPTIONS,
  ...READ_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway write DATABASE.TABLE FILE... [options]

Writes the rows of all files ('-' for stdin) as one commit. Columns are found by name: one that a file does
not have is its default, else null; one that the table does not have is refused. A column or member _kind
(+I -U +U -D) says what becomes of a row.

  jsonl    one object a line, as scan prints them
  csv      the first line names the columns; an empty field is null, "" is empty text
  parquet  files of any writer
  arrow    files and streams of Arrow IPC, also called Feather

Every value is checked before anything is written, and none is rounded or cut. One that does not fit refuses
everything: the first rows are named, and how many there are. With --bad-rows only those rows are left out.
Buckets with enough files are compacted, unless the table is write-only.

${printOptions(OPTIONS)}

  spillway write shop.orders new-orders.jsonl
  spillway write shop.orders part-*.parquet --memory 512mb
  spillway write shop.orders changes.csv --bad-rows refused.jsonl
  echo '{"_kind":"-D","id":1003}' | spillway write shop.orders -
  spillway write shop.visits day.arrow --overwrite --partition day=2026-01-31
`;

type Options = ReturnType<typeof parseArguments<typeof OPTIONS>>['options'];

/** Writes. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE', 'FILE'],
    repeated: true,
    env: io.env,
  });
  const [name = '', ...files] = positionals;
  if (files.filter((file) => file === '-').length > 1) throw new UsageError("stdin, '-', is given twice");
  const writeOptions = { ...optionsOf(options), signal: io.signal };
  await using lake = await openWarehouse(io, warehouse, options.memory);
  const table = await lake.table(name);
  const badFile = options['bad-rows'];
  if (badFile === undefined) {
    await using write = await table.write(writeOptions);
    await writeFiles(io, { table, write, files, format: options.format }, () => write.commit());
    return 0;
  }
  await using bad = await BadRowsFile.create(badFile);
  await using write = await table.write({ ...writeOptions, onBadRow: (row) => bad.take(row) });
  await writeFiles(io, { table, write, files, format: options.format }, () => commitBeside(bad, write));
  const count = write.badRowCount;
  await io.err.write(
    count === 0 ? 'no bad rows\n' : `${counted(count, 'bad row')} set aside in ${badFile}\n`,
  );
  return 0;
}

/** Commits with the bad rows made durable before: a row is in the table or in the file, whatever happens. */
async function commitBeside(bad: BadRowsFile, write: LakeWrite): Promise<WriteResult> {
  await bad.sync();
  bad.keep(write.badRowCount > 0);
  try {
    return await write.commit();
  } catch (error) {
    // Where the others may be in the table, these stay.
    if (!(error instanceof LakeError && error.code === 'COMMIT_UNKNOWN')) bad.keep(false);
    throw error;
  }
}

function optionsOf(options: Options): WriteOptions {
  const { overwrite, partition } = options;
  if (partition !== undefined && !overwrite) throw new UsageError('--partition needs --overwrite');
  const replaced = partition === undefined ? true : partitionValues(partition);
  return { ...(overwrite ? { overwrite: replaced } : {}), ...commitOptions(options) };
}

interface Writing {
  readonly table: LakeTable;
  readonly write: LakeWrite;
  readonly files: readonly string[];
  readonly format: InputFormat | undefined;
}

async function writeFiles(
  io: CommandIo,
  { table, write, files, format }: Writing,
  commit: () => Promise<WriteResult>,
): Promise<void> {
  const meter = progressMeter(io);
  for (const file of files) {
    const source = file === '-' ? process.stdin : file;
    await write.writeFile(source, {
      name: file === '-' ? 'stdin' : file,
      signal: io.signal,
      onProgress: (progress) => meter.show(write.rowCount, progress),
      ...(format === undefined ? {} : { format }),
    });
    meter.endFile();
  }
  io.progress(`${counted(write.rowCount - write.badRowCount, 'row')}, committing`);
  const result = await commit();
  io.progress('');
  await tellGivenUp(io, result.compaction);
  await io.out.write(`${table.name}: ${printWritten(result)}\n`);
}

/** Says what of the compaction was not done: the rows are committed all the same. */
async function tellGivenUp(io: CommandIo, compaction: WriteResult['compaction']): Promise<void> {
  for (const bucket of compaction?.report?.abandoned ?? []) await io.err.write(abandonedNote(bucket));
  const failure = compaction?.failure;
  if (failure !== undefined)
    await io.err.write(`note: the compaction was given up: ${failure.code}: ${failure.message}\n`);
}

/** What became of a write, as a line. */
function printWritten({ already, snapshot, rowCount, fileCount, compaction }: WriteResult): string {
  if (already) return `snapshot ${snapshot?.id} holds this commit already`;
  if (snapshot === undefined) return 'nothing to commit';
  const written = `${counted(rowCount, 'row')} in ${counted(fileCount, 'file')}, snapshot ${snapshot.id}`;
  const report = compaction?.report;
  if (report?.snapshot === undefined) return written;
  const files = `${counted(report.filesBefore, 'file')} became ${report.filesAfter}`;
  return `${written}; ${files}, snapshot ${report.snapshot.id}`;
}

/** Milliseconds between two lines of progress. */
const SHOW_MS = 100;

/** Shows rows, bytes read, rows a second and the memory of the process. */
function progressMeter(io: CommandIo) {
  const startedMs = nowMs();
  let shownMs = 0;
  let bytesBefore = 0;
  let bytes: number | undefined;
  return {
    show(rowCount: number, progress: InputProgress): void {
      bytes = progress.byteCount;
      const now = nowMs();
      if (now - shownMs < SHOW_MS) return;
      shownMs = now;
      const rate = Math.round((rowCount * 1000) / Math.max(1, now - startedMs));
      const read = bytes === undefined ? '' : `, ${megabytes(bytesBefore + bytes)} read`;
      const memory = megabytes(process.memoryUsage.rss());
      io.progress(
        `${counted(rowCount, 'row')}${read}, ${rate.toLocaleString('en')} rows/s, ${memory} memory`,
      );
    },
    endFile(): void {
      bytesBefore += bytes ?? 0;
      bytes = undefined;
    },
  };
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000).toLocaleString('en')} MB`;
}
