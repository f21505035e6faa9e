// Index files: hash indexes of dynamic buckets and the files that hold deletion vectors.
import { corrupt } from '../../base/index.ts';
import {
  DELETION_VECTOR_FRAME_BYTES,
  DELETION_VECTORS_INDEX,
  type DeletionVectorMeta,
  decodeDeletionVector,
  decodeIndexManifest,
  HASH_INDEX,
  type IndexManifestEntry,
  type ManifestEntry,
  partitionKey,
  type Snapshot,
} from '../../format/index.ts';
import { manifestPath } from '../directories.ts';
import { bucketDirectory } from '../plan/bucket-files.ts';
import { indexFilePath } from '../plan/deletion-files.ts';
import { readManifestFile } from '../plan/scan-entries.ts';
import { type CheckContext, firstTime } from './check-context.ts';
import { checkFile } from './check-files.ts';

/** Bytes of one entry of a hash index. */
const HASH_BYTES = 4n;

/** Checks the index files a snapshot lists. `live`: its data files. */
export async function checkIndexes(
  context: CheckContext,
  snapshot: Snapshot,
  live: readonly ManifestEntry[],
): Promise<void> {
  const { table, report } = context;
  const name = snapshot.indexManifest;
  if (name === undefined) return;
  const path = manifestPath(table.path, name);
  const entries = await report.attempt('index', path, async () => {
    const { bytes } = await readManifestFile(table, name);
    return decodeIndexManifest(bytes, path);
  });
  if (entries === undefined) return;
  const rows = new Map<string, bigint>();
  const marksFiles = entries.some((entry) => entry.indexType === DELETION_VECTORS_INDEX);
  if (marksFiles) for (const entry of live) rows.set(keyOf(entry, entry.file.fileName), entry.file.rowCount);
  const marked = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === 'DELETE') {
      report.error(
        'index',
        path,
        `index file ${entry.fileName} is deleted in it; only what exists may be listed`,
      );
      continue;
    }
    await report.attempt('index', path, () => checkIndexFile(context, path, entry, { rows, marked }));
  }
}

interface Targets {
  readonly rows: ReadonlyMap<string, bigint>;
  /** Data files that already have a vector. */
  readonly marked: Set<string>;
}

async function checkIndexFile(
  context: CheckContext,
  manifest: string,
  entry: IndexManifestEntry,
  { rows, marked }: Targets,
): Promise<void> {
  const { table, report } = context;
  const path = indexFilePath(table, entry, bucketDirectory(table));
  const whole = await checkFile(context, { path, size: entry.fileSize, rule: 'index' });
  if (entry.indexType === HASH_INDEX && entry.rowCount * HASH_BYTES !== entry.fileSize) {
    report.error(
      'index',
      manifest,
      `hash index ${entry.fileName} of ${entry.rowCount} keys has ${entry.fileSize} bytes`,
    );
  }
  if (entry.indexType !== DELETION_VECTORS_INDEX) return;
  for (const vector of entry.deletionVectors ?? []) {
    const key = keyOf(entry, vector.dataFileName);
    if (marked.has(key))
      report.error('index', manifest, `file ${vector.dataFileName} has two deletion vectors`);
    marked.add(key);
    const rowCount = rows.get(key);
    if (rowCount === undefined) {
      const action = 'Nothing is read wrongly; the next compaction writes the index anew.';
      report.warn(
        'index',
        manifest,
        `file ${vector.dataFileName} has a deletion vector, but is not in the bucket`,
        action,
      );
    }
    if (BigInt(vector.offset) + BigInt(vector.length) > entry.fileSize) {
      report.error(
        'index',
        manifest,
        `the deletion vector of ${vector.dataFileName} goes beyond ${entry.fileName}`,
      );
    } else if (whole && context.engine !== undefined) {
      await report.attempt('deletion-vector', path, () => checkVector(context, path, vector, rowCount));
    }
  }
}

/** Decodes a deletion vector; each once. */
async function checkVector(
  context: CheckContext,
  path: string,
  vector: DeletionVectorMeta,
  rowCount: bigint | undefined,
): Promise<void> {
  const { offset, length, cardinality, dataFileName } = vector;
  if (!firstTime(context.readFiles, `${path} ${offset}`)) return;
  await using file = await context.table.store.open(path);
  const bytes = await file.read(offset, Math.min(length + DELETION_VECTOR_FRAME_BYTES, file.size - offset));
  const deleted = decodeDeletionVector(bytes, { file: path, offset, length, cardinality });
  let last = -1;
  deleted.forEach((position) => {
    last = position;
  });
  if (rowCount !== undefined && BigInt(last) >= rowCount) {
    throw corrupt(path, offset, `row ${last} of ${dataFileName} is deleted, which has ${rowCount} rows`);
  }
}

function keyOf(entry: Pick<ManifestEntry, 'partition' | 'bucket'>, fileName: string): string {
  return `${entry.bucket} ${fileName} ${partitionKey(entry.partition)}`;
}
