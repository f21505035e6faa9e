// For tests: rows of a Parquet file as this reader gives them, and as the engine does, both as lines of text
// that compare exactly.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Field } from '../../base/index.ts';
import { type Batch, type Value, valueAt } from '../../codec/index.ts';
import { type Engine, openEngine } from '../../engine/index.ts';
import { PageBudget } from '../../memory/index.ts';
import { LocalStore } from '../../store/index.ts';
import { openParquet } from './open-parquet.ts';
import { planParquet } from './plan-parquet.ts';
import { type ParquetReadOptions, readParquetRows } from './read-parquet.ts';

const BUDGET_BYTES = 64 * 1024 * 1024;

/** A directory and an engine, both gone after the tests of the file. */
export async function engineInDirectory(): Promise<{ readonly engine: Engine; readonly directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'spillway-parquet-'));
  const engine = await openEngine({ memoryBytes: 256_000_000, threads: 2, tempDirectory: directory });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });
  return { engine, directory };
}

/** All batches of a file. */
export async function* ownBatches(
  path: string,
  fields: readonly Field[],
  options: Partial<ParquetReadOptions> = {},
): AsyncGenerator<Batch, void, undefined> {
  await using opened = await openParquet(new LocalStore(), path);
  const planned = planParquet(opened.footer, fields, path);
  const budget = new PageBudget(BUDGET_BYTES);
  for await (const { batch } of readParquetRows(opened, planned, { budget, ...options })) yield batch;
}

/** The rows of a file, one line each. */
export async function ownLines(
  path: string,
  fields: readonly Field[],
  options: Partial<ParquetReadOptions> = {},
): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of ownBatches(path, fields, options)) lines.push(...linesOf(batch));
  return lines;
}

/** The columns of a file as the engine sees them, and its rows, one line each. */
export async function engineRows(
  engine: Engine,
  path: string,
): Promise<{ readonly fields: readonly Field[]; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  let fields: readonly Field[] = [];
  const sql = `SELECT * FROM read_parquet('${path}', hive_partitioning = false)`;
  for await (const batch of engine.query(sql, { paths: [path] })) {
    fields = batch.fields;
    lines.push(...linesOf(batch));
  }
  return { fields, lines };
}

/** The rows of a batch, one line each. */
export function linesOf(batch: Batch): string[] {
  return Array.from({ length: batch.rowCount }, (_, row) =>
    JSON.stringify(batch.columns.map((column) => plain(valueAt(column, row)))),
  );
}

function plain(value: Value): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' && (Number.isNaN(value) || Object.is(value, -0)))
    return `${value === 0 ? '-0' : 'NaN'}`;
  return Array.isArray(value) ? value.map((cell) => plain(cell as Value)) : value;
}
