// The files of the buckets rows are written to, one bucket after the other: the next one is begun while the
// files of the ones before are made durable.
import { FILES_FINISHING_MAX } from '../../base/index.ts';
import type { Batch, LongVector } from '../../codec/index.ts';
import type { ManifestEntry } from '../../format/index.ts';
import { BucketFiles, type FileContext, type FileRole, type WritePlan } from '../data-file/index.ts';
import { bucketDirectory } from '../plan/bucket-files.ts';
import type { Table } from '../table.ts';
import type { Target } from './place-rows.ts';

/** What the files are of. */
export interface TargetFilesRequest {
  readonly table: Table;
  readonly plan: WritePlan;
  readonly targets: readonly Target[];
  readonly signal: AbortSignal | undefined;
  readonly onFile: (path: string) => void;
}

/**
 * Writes batches to the files of their targets.
 *
 * Limits  one bucket's files are being written, `FILES_FINISHING_MAX` buckets' being finished.
 */
export class TargetFiles {
  readonly #request: TargetFilesRequest;
  readonly #role: FileRole;
  readonly #context: FileContext;
  readonly #directory: (partition: Uint8Array, bucket: number) => string;
  readonly #entries: ManifestEntry[][] = [];
  readonly #finishing = new Set<Promise<void>>();
  readonly #open = new Set<BucketFiles>();
  #files: BucketFiles | undefined;
  #target = -1;
  #failure: unknown;

  constructor(request: TargetFilesRequest, role: FileRole) {
    this.#request = request;
    this.#role = role;
    this.#context = request;
    this.#directory = bucketDirectory(request.table);
  }

  /** Appends rows; those of one target come together. Errors: those of its files, or of files before. */
  async append(target: number, batch: Batch): Promise<void> {
    if (target !== this.#target || this.#files === undefined) {
      await this.#finishTarget();
      const { partition, bucket } = this.#request.targets[target] as Target;
      this.#target = target;
      this.#files = new BucketFiles(this.#context, this.#directory(partition, bucket), this.#role);
      this.#open.add(this.#files);
    }
    await this.#files.append(batch);
  }

  /** The entries that add all files, in the order of their targets. */
  async finish(): Promise<readonly ManifestEntry[]> {
    await this.#finishTarget();
    await Promise.all(this.#finishing);
    this.#check();
    return this.#entries.flat();
  }

  /** Gives up files that are not finished. */
  async abort(): Promise<void> {
    await Promise.all(this.#finishing);
    for (const files of this.#open) await files.abort();
    this.#open.clear();
  }

  async #finishTarget(): Promise<void> {
    const files = this.#files;
    this.#files = undefined;
    if (files === undefined) return;
    while (this.#finishing.size >= FILES_FINISHING_MAX) await Promise.race(this.#finishing);
    this.#check();
    const entries: ManifestEntry[] = [];
    this.#entries.push(entries);
    const { partition, bucket } = this.#request.targets[this.#target] as Target;
    const totalBuckets = this.#request.plan.bucketCount;
    const work = files
      .finish()
      .then((metas) => {
        this.#open.delete(files);
        for (const file of metas) entries.push({ kind: 'ADD', partition, bucket, totalBuckets, file });
      })
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#finishing.delete(work));
    this.#finishing.add(work);
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

const TWO_32 = 4294967296;

/** Rows whose sequence numbers, column `at` of the batch, count from 0, counting from `first`. */
export function numbered(batch: Batch, at: number, first: bigint): Batch {
  if (first === 0n) return batch;
  const column = batch.columns[at] as LongVector;
  const values = new BigInt64Array(batch.rowCount);
  addTo(column.values, first, values);
  return { ...batch, columns: batch.columns.with(at, { ...column, values }) };
}

/** Word by word: a bigint a row would cost more than the rest. */
function addTo(counts: BigInt64Array, first: bigint, numbers: BigInt64Array): void {
  const from = new Uint32Array(counts.buffer, counts.byteOffset, counts.length * 2);
  const to = new Uint32Array(numbers.buffer);
  const firstLow = Number(BigInt.asUintN(32, first));
  const firstHigh = Number(BigInt.asUintN(32, first >> 32n));
  for (let i = 0; i < numbers.length; i++) {
    const low = (from[2 * i] as number) + firstLow;
    to[2 * i] = low;
    to[2 * i + 1] = (from[2 * i + 1] as number) + firstHigh + (low >= TWO_32 ? 1 : 0);
  }
}
