// That data files and the files beside them are where metadata says, as large as it says.
import { checkAborted } from '../../base/index.ts';
import type { ManifestEntry } from '../../format/index.ts';
import { checkFileName, dataFilePath } from '../directories.ts';
import { bucketDirectory } from '../plan/bucket-files.ts';
import { type CheckContext, firstTime } from './check-context.ts';
import type { Rule } from './problem.ts';

/** Files asked for at the same time: enough to hide the wait for a remote disk. */
const STATS_IN_FLIGHT = 16;

/** Checks the places of data files; each file of a table once. */
export async function checkPlaces(context: CheckContext, entries: readonly ManifestEntry[]): Promise<void> {
  for (let i = 0; i < entries.length; i += STATS_IN_FLIGHT) {
    checkAborted(context.signal);
    await Promise.all(entries.slice(i, i + STATS_IN_FLIGHT).map((entry) => checkPlace(context, entry)));
  }
}

async function checkPlace(context: CheckContext, { partition, bucket, file }: ManifestEntry): Promise<void> {
  const { table, report } = context;
  await report.attempt('data-file', file.externalPath ?? file.fileName, async () => {
    const path = dataFilePath(file, bucketDirectory(table)(partition, bucket), table.options.raw);
    await checkFile(context, { path, size: file.fileSize, rule: 'data-file' });
    const directory = path.slice(0, path.lastIndexOf('/'));
    for (const extra of file.extraFiles) {
      checkFileName(extra);
      await checkFile(context, { path: `${directory}/${extra}`, size: undefined, rule: 'data-file' });
    }
  });
}

/** A file that must be there. `size` undefined: metadata does not say. */
export interface ExpectedFile {
  readonly path: string;
  readonly size: bigint | undefined;
  readonly rule: Rule;
}

/** Checks that a file is there and has its size; true when it is. */
export async function checkFile(context: CheckContext, expected: ExpectedFile): Promise<boolean> {
  const { path, size, rule } = expected;
  const { table, report, seenFiles } = context;
  if (!firstTime(seenFiles, path)) return true;
  const stat = await table.store.stat(path);
  if (stat?.kind !== 'file') {
    report.error(rule, path, 'the file is missing');
    return false;
  }
  if (size !== undefined && BigInt(stat.size) !== size) {
    report.error(rule, path, `it has ${stat.size} bytes, metadata says ${size}`);
    return false;
  }
  return true;
}
