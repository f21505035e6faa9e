import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { jsonLines } from '../../codec/index.ts';
import { type Engine, openEngine } from '../../engine/index.ts';
import { LocalStore } from '../../store/index.ts';
import { Catalog } from '../catalog.ts';
import { findSystemTable } from './index.ts';

const GOLDEN = join(import.meta.dirname, '../../../test/data/golden');
const catalog = new Catalog(new LocalStore(), join(GOLDEN, 'warehouse'));

let temp: string;
let engine: Engine;
before(async () => {
  temp = await mkdtemp(join(tmpdir(), 'spillway-test-'));
  engine = await openEngine({ memoryBytes: 128 * 1024 * 1024, threads: 1, tempDirectory: temp });
});
after(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(temp, { recursive: true });
});

async function lines(
  table: string,
  system: string,
  options: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const opened = await catalog.openTable(`golden.${table}`, options);
  const found = findSystemTable(system, opened);
  assert.ok(found !== undefined, system);
  let text = '';
  for await (const batch of found.read(async () => engine, undefined)) {
    for (const chunk of jsonLines(batch)) text += chunk;
  }
  return textLines(text.replaceAll(opened.path, 'table:'));
}

function textLines(text: string): string[] {
  const all = text.split('\n').filter((line) => line !== '');
  return all.sort();
}

function javaLines(table: string, system: string): string[] {
  return textLines(readFileSync(join(GOLDEN, 'expected', table, `system-${system}.jsonl`), 'utf8'));
}

/** The tables Java 1.4.2 printed a system table of. */
function tablesWith(system: string): string[] {
  return readdirSync(join(GOLDEN, 'expected'))
    .filter((table) => !table.startsWith('v131_'))
    .filter((table) => readdirSync(join(GOLDEN, 'expected', table)).includes(`system-${system}.jsonl`));
}

function hasOrc(table: string): boolean {
  const path = join(GOLDEN, 'warehouse/golden.db', table);
  return readdirSync(path, { recursive: true }).some((name) => String(name).endsWith('.orc'));
}

/** Binary keys and bounds are hex here and an address in Java: both are left out. */
function withoutBinary(ours: string[], java: string[]): [string[], string[]] {
  const address = /\[B@[0-9a-f]+/g;
  const both = ours.map((line, i): [string, string] => {
    const theirs = java[i] ?? '';
    const parts = theirs.split(address);
    if (parts.length === 1) return [line, theirs];
    const pattern = new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('([0-9a-f]*)')}$`);
    return pattern.test(line) ? ['', ''] : [line, theirs];
  });
  return [both.map(([a]) => a), [...both.map(([, b]) => b), ...java.slice(ours.length)]];
}

describe('system tables hold what Java printed', () => {
  for (const system of ['manifests', 'partitions', 'buckets', 'table_indexes']) {
    it(`$${system}`, async () => {
      const tables = tablesWith(system);
      assert.ok(tables.length > 0);
      for (const table of tables) {
        assert.deepEqual(await lines(table, system), javaLines(table, system), table);
      }
    });
  }

  it('$files', async () => {
    const tables = tablesWith('files');
    assert.ok(tables.length > 20);
    for (const table of tables) {
      // schema_pk went on after its files were printed: they are those of snapshot 4 with the columns of that
      // time.
      if (table === 'schema_pk') continue;
      const [ours, java] = withoutBinary(await lines(table, 'files'), javaLines(table, 'files'));
      assert.deepEqual(ours, java, table);
    }
  });

  it('$files of a table whose schema changed since: all but the columns of today', async () => {
    const plain = (line: string): object => {
      const { null_value_counts: _n, min_value_stats: _a, max_value_stats: _b, ...rest } = JSON.parse(line);
      return rest;
    };
    const ours = await lines('schema_pk', 'files', { 'scan.snapshot-id': '4' });
    assert.deepEqual(ours.map(plain), javaLines('schema_pk', 'files').map(plain));
  });

  for (const system of ['audit_log', 'binlog', 'ro', 'row_tracking']) {
    it(`$${system}`, async () => {
      const tables = tablesWith(system).filter((table) => !hasOrc(table));
      assert.ok(tables.length > 0);
      for (const table of tables) {
        assert.deepEqual(await lines(table, system), javaLines(table, system), table);
      }
    });
  }
});
