// Which rows of a split's files are rows of the table, as bits: for whoever reads the files by other means.
// Only the columns a merge decides by are read for it.
import { checkAborted, corrupt, type Field } from '../../base/index.ts';
import type { Batch, LongVector, Vector } from '../../codec/index.ts';
import { type Predicate, splitAnd } from '../../format/index.ts';
import { type MergeSpec, mergeColumns, mergeSpec } from '../../tree/index.ts';
import { dataFilePath } from '../directories.ts';
import { explainMissing } from '../expired-read.ts';
import type { DataSplit, Split, SplitFile } from '../plan/split.ts';
import type { Table } from '../table.ts';
import { mergeFiles } from './merge-section.ts';
import { bucketContext, type ReadContext } from './read-context.ts';
import { readFile } from './read-file.ts';

/**
 * The rows of one file that are rows of the table.
 *
 * Shape   `path` absolute; `rows`: one bit a row of the file in its order, most significant bit first, 1 = a
 *         row of the table.
 */
export interface FileWinners {
  readonly splitFile: SplitFile;
  readonly path: string;
  readonly rows: Uint8Array;
}

/** A row's place: the number of its file in the split in the high word, its position in the low one. */
const PLACE_FIELD: Field = { id: -2, name: '_ROW_PLACE', type: { kind: 'BIGINT', nullable: false } };

/** Positions are 32-bit words here; no Parquet file of Paimon's comes near. */
const FILE_ROWS_MAX = 2n ** 31n - 1n;

/**
 * True when the rows of the split are rows of its files, unchanged: merged by an engine that picks one record
 * of a key, or raw. False for engines that make a row out of several, and for changes.
 */
export function hasWinners(table: Table, split: Split): split is DataSplit {
  if (split.kind !== 'data' || split.way === 'as-written' || split.fromFallback === true) return false;
  if (split.files.some(({ file }) => file.rowCount < 0n || file.rowCount > FILE_ROWS_MAX)) return false;
  return split.way === 'raw' || picksRecords(winnersSpec(table));
}

function picksRecords({ engine }: MergeSpec): boolean {
  return engine.kind === 'deduplicate' || engine.kind === 'first-row';
}

function winnersSpec(table: Table): MergeSpec {
  const { schema } = table;
  return mergeSpec(schema, mergeColumns(schema, []));
}

/**
 * Finds the winners of one split.
 *
 * Shape   one entry per file of the split, in its order. Rows that `filter` drops may be left out or not.
 * Limits  a bit per row of the split's files, and what merging its keys takes.
 * Errors  as `readSplit`.
 */
export async function findWinners(
  context: ReadContext,
  split: DataSplit,
  filter: Predicate | undefined,
): Promise<readonly FileWinners[]> {
  try {
    return await winnersOf(context, split, splitAnd(filter));
  } catch (error) {
    throw await explainMissing(context.table, split.snapshotId, error);
  }
}

async function winnersOf(
  context: ReadContext,
  split: DataSplit,
  conjuncts: readonly Predicate[],
): Promise<readonly FileWinners[]> {
  const { table } = context;
  const bucket = bucketContext(table, split);
  const winners = split.files.map((splitFile) => ({
    splitFile,
    path: dataFilePath(splitFile.file, bucket.path, table.options.raw),
    rows: new Uint8Array(Math.ceil(Number(splitFile.file.rowCount) / 8)),
  }));
  if (split.way === 'raw') {
    for (const file of winners) {
      const left = { fields: [], conjuncts, positions: true };
      if (file.splitFile.deletion === undefined) file.rows.fill(0xff);
      else {
        for await (const batch of readFile(context, bucket, file.splitFile, left)) {
          markPositions(file, batch.columns.at(-1) as LongVector);
        }
      }
    }
    return winners;
  }
  const { fields, ...rest } = winnersSpec(table);
  const spec = { ...rest, fields: [...fields, PLACE_FIELD] };
  const numbers = new Map(split.files.map((splitFile, i) => [splitFile.file, i]));
  const place = (batch: Batch, { file }: SplitFile): Batch => withPlace(batch, numbers.get(file) as number);
  for await (const batch of mergeFiles(context, bucket, split.files, { spec, conjuncts, place })) {
    checkAborted(context.signal);
    markPlaces(winners, batch.columns[fields.length] as LongVector);
  }
  return winners;
}

/**
 * The batch of a file with its rows' places before the two system columns, instead of the positions at the
 * end.
 */
function withPlace(batch: Batch, number: number): Batch {
  const positions = batch.columns.at(-1) as LongVector;
  const words = wordsOf(positions);
  const values = new BigInt64Array(positions.length);
  const out = new Int32Array(values.buffer);
  for (let at = 0; at < out.length; at += 2) {
    out[at] = words[at] as number;
    out[at + 1] = number;
  }
  const places: Vector = { layout: 'i64', length: positions.length, validity: null, values };
  const last = batch.columns.length - 3;
  return {
    fields: [...batch.fields.slice(0, last), PLACE_FIELD, ...batch.fields.slice(last, -1)],
    rowCount: batch.rowCount,
    columns: [...batch.columns.slice(0, last), places, ...batch.columns.slice(last, -1)],
  };
}

function markPlaces(winners: readonly FileWinners[], places: LongVector): void {
  const words = wordsOf(places);
  for (let at = 0; at < words.length; at += 2) {
    mark(winners[words[at + 1] as number] as FileWinners, words[at] as number);
  }
}

function markPositions(winners: FileWinners, positions: LongVector): void {
  const words = wordsOf(positions);
  for (let at = 0; at < words.length; at += 2) mark(winners, words[at] as number);
}

function mark({ rows, path, splitFile }: FileWinners, row: number): void {
  const at = row >> 3;
  if (at >= rows.length) {
    const { rowCount } = splitFile.file;
    throw corrupt(path, undefined, `more rows are in the file than the ${rowCount} its manifest entry says`);
  }
  rows[at] = (rows[at] as number) | (0x80 >> (row & 7));
}

/** The 32-bit words of 64-bit values, low word first. */
function wordsOf({ values, length }: LongVector): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, 2 * length);
}
