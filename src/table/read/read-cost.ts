// What reading takes while it goes on, estimated from the sizes of files: how much may be open at once
// follows from it.
import { RUN_BATCH_BYTES } from '../../base/index.ts';
import type { DataFileMeta } from '../../format/index.ts';
import { filesOf, type Split } from '../plan/split.ts';

/**
 * Bytes a read may take.
 *
 * Shape   `decodeBytes` in the engine, for compressed pages and decoded chunks; `batchBytes` for batches on
 *         their way.
 */
export interface ReadRoom {
  readonly decodeBytes: number;
  readonly batchBytes: number;
}

/** A file's statement and reader, whatever its size. */
const READER_BYTES = 256 * 1024;
/** Pages read ahead and decoded, by compressed size, up to what the open pages of all columns take. */
const DECODE_FACTOR = 3;
/**
 * The open page of a column of a large file, and what is read ahead of it: Java ends pages at 20,000 rows.
 */
const PAGE_BYTES = 192 * 1024;
/** A column's reader and its vectors, however small its pages are: measured on files of 2000 columns. */
const COLUMN_BYTES = 4 * 1024;
/** Decoded rows by compressed size, up to two batches. */
const INFLATE_FACTOR = 20;
/** Three batches are rarely full at once: they are closed at 8 MB or 65,536 rows. */
const STREAM_BYTES_MAX = 12 * 1024 * 1024;

/** What one open file takes while so many of its columns are read. */
export function fileCost(file: Pick<DataFileMeta, 'fileSize'>, columns: number): ReadRoom {
  const size = Number(file.fileSize);
  const pages = Math.min(columns * PAGE_BYTES, DECODE_FACTOR * size);
  return {
    decodeBytes: READER_BYTES + columns * COLUMN_BYTES + pages,
    batchBytes: Math.min(2 * RUN_BATCH_BYTES, READER_BYTES + INFLATE_FACTOR * size),
  };
}

/** What a split takes at most: merged, all its files may be open at once; else one at a time. */
export function splitCost(split: Split, columns: number): ReadRoom {
  const costs = filesOf(split).map(({ file }) => fileCost(file, columns));
  const add = (a: number, b: number): number => (split.way === 'raw' ? Math.max(a, b) : a + b);
  return {
    decodeBytes: costs.map((cost) => cost.decodeBytes).reduce(add, 0),
    batchBytes: costs.map((cost) => cost.batchBytes).reduce(add, 0),
  };
}

/**
 * What the batches handed on take: the one with the caller, the one being made, the first one of the next
 * split.
 */
export function streamCost(splits: readonly Split[]): number {
  let bytes = READER_BYTES;
  for (const split of splits) {
    for (const { file } of filesOf(split)) {
      bytes += INFLATE_FACTOR * Number(file.fileSize);
      if (bytes >= STREAM_BYTES_MAX) return STREAM_BYTES_MAX;
    }
  }
  return bytes;
}

/** What merging runs takes: each has one file open at a time. */
export function runsCost(
  runs: readonly (readonly { readonly file: Pick<DataFileMeta, 'fileSize'> }[])[],
  columns: number,
): ReadRoom {
  let decodeBytes = 0;
  let batchBytes = 0;
  for (const run of runs) {
    let decode = 0;
    let batch = 0;
    for (const { file } of run) {
      const cost = fileCost(file, columns);
      decode = Math.max(decode, cost.decodeBytes);
      batch = Math.max(batch, cost.batchBytes);
    }
    decodeBytes += decode;
    batchBytes += batch;
  }
  return { decodeBytes, batchBytes };
}

/** True when `cost` fits beside `taken`. Without a room everything fits. */
export function fits(room: ReadRoom | undefined, ...costs: readonly ReadRoom[]): boolean {
  if (room === undefined) return true;
  const sum = (pick: (cost: ReadRoom) => number): number => costs.reduce((all, cost) => all + pick(cost), 0);
  return sum((c) => c.decodeBytes) <= room.decodeBytes && sum((c) => c.batchBytes) <= room.batchBytes;
}
