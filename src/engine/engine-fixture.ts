// Engines for tests: opened in a temporary directory that is gone afterwards, and their rows as plain cells.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Field } from '../base/index.ts';
import { type Batch, jsonLines, type Value, valueAt } from '../codec/index.ts';
import { parseSchema } from '../format/index.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { openEngine } from './open-engine.ts';

/** Both bridges; every contract test runs over each. */
export const BRIDGES = ['native', 'public'] as const;

/** A directory removed after the tests of the file. */
export async function testDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'spillway-engine-'));
  after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** An engine with 128 MB and two threads, closed after the tests of the file. */
export async function testEngine(options: Partial<EngineOptions> = {}): Promise<Engine> {
  const tempDirectory = options.tempDirectory ?? (await testDirectory());
  const engine = await openEngine({ memoryBytes: 128_000_000, threads: 2, ...options, tempDirectory });
  after(() => engine[Symbol.asyncDispose]());
  return engine;
}

/** All batches of a read. */
export async function collect(batches: AsyncIterable<Batch>): Promise<readonly Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

/** All rows as arrays of cells, text as strings. */
export async function rowsOf(batches: AsyncIterable<Batch>): Promise<readonly (readonly unknown[])[]> {
  const rows: unknown[][] = [];
  for await (const batch of batches) {
    for (let i = 0; i < batch.rowCount; i++) {
      rows.push(batch.columns.map((column) => readable(valueAt(column, i))));
    }
  }
  return rows;
}

function readable(cell: Value): unknown {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('utf8');
  return Array.isArray(cell) ? cell.map((c: Value) => readable(c)) : cell;
}

/** All rows as the JSON lines of the golden data, one string a row. */
export async function linesOf(batches: AsyncIterable<Batch>): Promise<readonly string[]> {
  const text: string[] = [];
  for await (const batch of batches) text.push(...jsonLines(batch));
  return text
    .join('')
    .split('\n')
    .filter((line) => line !== '');
}

const GOLDEN = fileURLToPath(new URL('../../test/data/golden/', import.meta.url));

/** A golden table's Parquet files, its fields, and Java's rows of the latest snapshot. */
export interface GoldenFiles {
  readonly paths: readonly string[];
  readonly fields: readonly Field[];
  readonly lines: readonly string[];
}

export async function goldenFiles(table: string): Promise<GoldenFiles> {
  const root = join(GOLDEN, 'warehouse/golden.db', table);
  const names = (await readdir(root, { recursive: true })).filter((n) => n.endsWith('.parquet')).sort();
  const schema = parseSchema(await readFile(join(root, 'schema/schema-0'), 'utf8'), 'schema-0');
  const expected = await readFile(join(GOLDEN, 'expected', table, 'latest.jsonl'), 'utf8');
  return {
    paths: names.map((n) => join(root, n)),
    fields: schema.fields,
    lines: expected.split('\n').filter((line) => line !== ''),
  };
}

/** A field for tests. */
export function field(name: string, type: Field['type'], id = 0): Field {
  return { id, name, type };
}
