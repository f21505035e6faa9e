// Compactions beside Java's: two copies of one warehouse, one compacted by Java, one by us. The files that
// come out must be described alike, and Java must read the same rows out of both. Usage: node
// test/compaction/compare.ts WAREHOUSE DATABASE [--minor] [--table T]
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { jsonLines, type Lake, LakeError, openLake } from '../../src/index.ts';
import { LocalStore } from '../../src/store/index.ts';
import { Catalog, liveEntries, parseIdentifier, type Table } from '../../src/table/index.ts';
import { JAVA_RUN } from '../interop/tools.ts';

const TIMEOUT_MS = 600_000;
const OUTPUT_BYTES_MAX = 1 << 28;

/** What to compare. `tables`: only those. */
export interface Compare {
  readonly warehouse: string;
  readonly database: string;
  readonly full: boolean;
  readonly tables?: readonly string[];
}

/**
 * What came out.
 *
 * Shape   `compared`: tables that both sides compacted; `refused`: those ours does not, and why.
 *         `differences` a line each.
 */
export interface Comparison {
  readonly compared: readonly string[];
  readonly refused: ReadonlyMap<string, string>;
  readonly files: number;
  readonly differences: readonly string[];
}

/** Compacts two copies and compares them. Needs Java. */
export async function compareCompactions(request: Compare): Promise<Comparison> {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-compactions-'));
  const { database, full } = request;
  try {
    const ours = join(directory, 'ours');
    const java = join(directory, 'java');
    const all = readdirSync(join(request.warehouse, `${database}.db`));
    for (const table of all.filter((name) => request.tables?.includes(name) ?? true))
      for (const copy of [ours, java]) {
        const path = join(`${database}.db`, table);
        cpSync(join(request.warehouse, path), join(copy, path), { recursive: true });
      }
    const { compacted, refused } = await compactOurs(ours, database, full);
    for (const table of refused.keys()) rmSync(join(java, `${database}.db`, table), { recursive: true });
    runJava('compact', java, database, ...(full ? [] : ['--minor']));
    const differences: string[] = [];
    let files = 0;
    for (const table of compacted) {
      const [a, b] = [await describeFiles(ours, database, table), await describeFiles(java, database, table)];
      files += b.length;
      if (a.join('\n') !== b.join('\n'))
        differences.push(`${table}\n ours ${a.join('\n      ')}\n java ${b.join('\n      ')}`);
    }
    differences.push(
      ...(await javaReadsOurs({ ours, java, expected: join(directory, 'e'), database }, compacted)),
    );
    return { compared: compacted, refused, files, differences };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function runJava(...words: readonly string[]): string {
  const options = { encoding: 'utf8', timeout: TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX } as const;
  return execFileSync(JAVA_RUN, words, { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
}

async function compactOurs(warehouse: string, database: string, full: boolean) {
  const refused = new Map<string, string>();
  const compacted: string[] = [];
  await using lake = await openLake({ warehouse, memory: '512mb' });
  for (const name of readdirSync(join(warehouse, `${database}.db`))) {
    try {
      const table = await lake.table(`${database}.${name}`);
      if ((await table.scan({ limit: 0 })).snapshotId === undefined) continue;
      const { abandoned } = await table.compact({ full });
      if (abandoned.length > 0) throw new Error(`${name}: ${abandoned[0]?.reason}`);
      compacted.push(name);
    } catch (error) {
      if (!(error instanceof LakeError && error.kind === 'unsupported')) throw error;
      refused.set(name, error.message);
    }
  }
  return { compacted, refused };
}

/** The live files, one line each, without what differs from run to run. */
async function describeFiles(warehouse: string, database: string, name: string): Promise<readonly string[]> {
  const table = await openTable(warehouse, `${database}.${name}`);
  const latest = await table.snapshots.latest();
  const lines: string[] = [];
  if (latest === undefined) return lines;
  for await (const entries of liveEntries(table, latest)) {
    for (const { partition, bucket, totalBuckets, file } of entries) {
      const { fileName: _name, fileSize: _size, creationTimeMs: _made, ...rest } = file;
      lines.push(JSON.stringify({ bucket, totalBuckets, partition, ...rest }, printed));
    }
  }
  return lines.sort();
}

function printed(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value;
}

async function openTable(warehouse: string, name: string): Promise<Table> {
  return new Catalog(new LocalStore(), warehouse).openTable(parseIdentifier(name), {});
}

interface Copies {
  readonly ours: string;
  readonly java: string;
  readonly expected: string;
  readonly database: string;
}

/** Java reads our copy: the rows of Java's own copy are expected, which this project reads as Java does. */
async function javaReadsOurs(copies: Copies, tables: readonly string[]): Promise<readonly string[]> {
  await using lake: Lake = await openLake({ warehouse: copies.java, memory: '512mb' });
  for (const table of tables) {
    const lines: string[] = [];
    for await (const batch of await (await lake.table(`${copies.database}.${table}`)).scan())
      for (const chunk of jsonLines(batch)) lines.push(...chunk.split('\n').filter((line) => line !== ''));
    mkdirSync(join(copies.expected, table), { recursive: true });
    writeFileSync(join(copies.expected, table, 'rows.jsonl'), `${lines.sort().join('\n')}\n`);
    const index = { expected: [{ file: 'rows.jsonl', read: {} }] };
    writeFileSync(join(copies.expected, table, 'index.json'), JSON.stringify(index));
  }
  const report = runVerify(copies);
  return report.includes(`checked ${tables.length}, failed 0`) ? [] : [report];
}

function runVerify({ ours, database, expected }: Copies): string {
  try {
    return runJava('verify', ours, database, expected);
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { minor: { type: 'boolean' }, table: { type: 'string', multiple: true } },
  });
  const [warehouse = '', database = ''] = positionals;
  const full = values.minor !== true;
  const tables = values.table === undefined ? {} : { tables: values.table };
  const result = await compareCompactions({ warehouse, database, full, ...tables });
  for (const [table, why] of result.refused) console.log(`refused ${table}: ${why}`);
  for (const difference of result.differences) console.log(difference);
  console.log(
    `compared ${result.compared.length}, ${result.files} files, ${result.differences.length} differ`,
  );
}
