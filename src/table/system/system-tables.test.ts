import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { jsonLines } from '../../codec/index.ts';
import { type Engine, openEngine } from '../../engine/index.ts';
import type { Predicate } from '../../format/index.ts';
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

/** Java's reader of changes, as `$audit_log` has them, of snapshots after `from` up to `to`. */
function changelog(table: string, from: number, to: number): { kind: string; row: object }[] {
  return readFileSync(join(GOLDEN, 'expected', table, 'changelog.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ _snapshot }) => _snapshot > from && _snapshot <= to)
    .map(({ _snapshot, _partition, _bucket, _kind, ...row }) => ({ kind: _kind, row }));
}

describe('system tables of increments', () => {
  const options = { 'incremental-between': '2,4' };

  it('$audit_log gives the changelog', async () => {
    const java = changelog('cl_input', 2, 4).map(({ kind, row }) =>
      JSON.stringify({ rowkind: kind, ...row }),
    );
    assert.ok(java.length > 20);
    assert.deepEqual(await lines('cl_input', 'audit_log', options), java.sort());
  });

  it('$binlog packs a -U and the row after it', async () => {
    const changes = changelog('cl_input', 2, 4);
    const packed: string[] = [];
    for (let i = 0; i < changes.length; i++) {
      const one = changes[i] as (typeof changes)[0];
      const other = one.kind === '-U' ? changes[++i] : undefined;
      const names = Object.keys(one.row);
      const values = names.map((name) =>
        [one, ...(other === undefined ? [] : [other])].map(
          ({ row }) => (row as Record<string, unknown>)[name],
        ),
      );
      const row = Object.fromEntries(names.map((name, c) => [name, values[c]]));
      packed.push(JSON.stringify({ rowkind: other?.kind ?? one.kind, ...row }));
    }
    assert.ok(packed.length < changes.length);
    assert.deepEqual(await lines('cl_input', 'binlog', options), packed.sort());
  });

  it('$files lists the files of the increment', async () => {
    const all = await lines('cl_input', 'manifests', { 'scan.snapshot-id': '4' });
    assert.ok(all.length > 0);
    const files = (await lines('cl_input', 'files', options)).map((line) => JSON.parse(line).file_path);
    assert.ok(files.length > 0);
    for (const path of files) assert.match(path, /changelog-/);
  });
});

describe('$audit_log with sequence numbers', () => {
  it('puts them behind the kind, in ascending order of what came later', async () => {
    const options = { 'table-read.sequence-number.enabled': 'true' };
    const ours = (await lines('cl_none', 'audit_log', options)).map((line) => JSON.parse(line));
    const without = ours.map(({ _SEQUENCE_NUMBER: _s, ...row }) => JSON.stringify(row));
    assert.deepEqual(without.sort(), javaLines('cl_none', 'audit_log'));
    // One writer a bucket numbers its rows from 0; the files say where the numbers end.
    const files = javaLines('cl_none', 'files').map((line) => JSON.parse(line));
    const last = Math.max(...files.map((file) => Number(file.max_sequence_number)));
    const numbers = ours.map((row) => Number(row._SEQUENCE_NUMBER));
    assert.equal(Math.max(...numbers), last);
    assert.deepEqual(Object.keys(ours[0]).slice(0, 2), ['rowkind', '_SEQUENCE_NUMBER']);
  });
});

describe('$row_tracking', () => {
  it('is refused for tables that do not number their rows', async () => {
    await assert.rejects(lines('cl_none', 'row_tracking'), { code: 'ARGUMENT_INVALID' });
  });
});

describe('readings of the table that look at less', () => {
  it('$audit_log and $ro leave out columns and rows nobody asked for, and no others', async () => {
    for (const [system, table] of [
      ['audit_log', 'cl_none'],
      ['ro', 'pk_bucket1_levels'],
    ] as const) {
      const opened = await catalog.openTable(`golden.${table}`);
      const found = findSystemTable(system, opened);
      const last = opened.schema.fields.at(-1)?.name ?? '';
      const filter: Predicate = { kind: 'isNull', column: last };
      let text = '';
      const asked = { columns: [last, 'rowkind'], filter };
      for await (const batch of found?.read(async () => engine, undefined, asked) ?? []) {
        for (const chunk of jsonLines(batch)) text += chunk;
      }
      const java = javaLines(table, system).flatMap((line) => {
        const { rowkind, [last]: value } = JSON.parse(line);
        return value === null ? [JSON.stringify({ rowkind, [last]: value })] : [];
      });
      assert.ok(java.length > 0);
      assert.deepEqual(textLines(text), java.sort(), system);
    }
  });
});
