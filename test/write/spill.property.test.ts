// Random rows written with hardly any memory, so that they are put aside and merged, against a map in memory.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DataType } from '../../src/base/index.ts';
import { type Lake, openLake, type Row, type SchemaDraft, type WriteRow } from '../../src/index.ts';
import { LocalStore } from '../../src/store/index.ts';
import { Catalog, parseIdentifier, TableWriter, type WriteRoom } from '../../src/table/index.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const ROUNDS = Number(process.env.ROUNDS ?? 12);
console.log(`SEED=${SEED}`);

type Next = (below: number) => number;

function random(seed: number): Next {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

let warehouse: string;
let scratch: string;
let lake: Lake;

before(async () => {
  warehouse = mkdtempSync(join(tmpdir(), 'spillway-spill-'));
  scratch = join(warehouse, 'scratch');
  mkdirSync(scratch);
  lake = await openLake({ warehouse, memory: '420mb', tempDirectory: scratch });
  await lake.createDatabase('d');
});
after(async () => {
  await lake.close();
  rmSync(warehouse, { recursive: true });
});

const INT: DataType = { kind: 'INT', nullable: true };
const BIGINT: DataType = { kind: 'BIGINT', nullable: true };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };

/** What a table makes of the rows of a key. `versions` in the order they win. */
interface MergeEngine {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  fold(versions: readonly Change[]): Row | undefined;
}

interface Change {
  readonly kind: '+I' | '-D';
  readonly row: Row;
}

const isAdd = ({ kind }: Change): boolean => kind === '+I';

const ENGINES: readonly MergeEngine[] = [
  {
    name: 'deduplicate',
    options: {},
    fold: (versions) => {
      const last = versions.at(-1) as Change;
      return isAdd(last) ? last.row : undefined;
    },
  },
  {
    name: 'partial-update',
    options: { 'merge-engine': 'partial-update', 'ignore-delete': 'true' },
    fold: (versions) => {
      const row: Record<string, unknown> = {};
      for (const change of versions.filter(isAdd)) {
        for (const [name, value] of Object.entries(change.row)) if (value !== null) row[name] = value;
      }
      return Object.keys(row).length === 0 ? undefined : ({ p: null, n: null, s: null, ...row } as Row);
    },
  },
  {
    name: 'aggregation',
    options: {
      'merge-engine': 'aggregation',
      'fields.n.aggregate-function': 'sum',
      'fields.s.aggregate-function': 'max',
      'fields.q.aggregate-function': 'max',
      'ignore-delete': 'true',
    },
    fold: (versions) => {
      const rows = versions.filter(isAdd).map((change) => change.row);
      const [first] = rows;
      if (first === undefined) return undefined;
      const numbers = rows.flatMap(({ n }) => (n === null ? [] : [n as number]));
      const texts = rows.flatMap(({ s }) => (s === null ? [] : [s as string]));
      return {
        ...first,
        n: numbers.length === 0 ? null : numbers.reduce((sum, n) => sum + n, 0),
        s: texts.sort().at(-1) ?? null,
        q: Math.max(...rows.map(({ q }) => q as number)),
      };
    },
  },
];

interface Case {
  readonly engine: MergeEngine;
  readonly draft: SchemaDraft;
  readonly bySequence: 'ascending' | 'descending' | undefined;
}

function caseOf(next: Next): Case {
  const engine = ENGINES[next(ENGINES.length)] as MergeEngine;
  const bySequence =
    engine.name !== 'deduplicate' ? undefined : ([undefined, 'ascending', 'descending'] as const)[next(3)];
  const partitioned = next(2) === 0;
  const draft: SchemaDraft = {
    fields: [
      { name: 'p', type: INT },
      { name: 'k', type: next(2) === 0 ? STRING : BIGINT },
      { name: 'n', type: INT },
      { name: 's', type: STRING },
      { name: 'q', type: INT },
    ],
    primaryKeys: ['p', 'k'],
    partitionKeys: partitioned ? ['p'] : [],
    options: {
      bucket: String(1 + next(5)),
      ...engine.options,
      ...(bySequence === undefined ? {} : { 'sequence.field': 'q', 'sequence.field.sort-order': bySequence }),
    },
  };
  return { engine, draft, bySequence };
}

function changesOf(next: Next, one: Case, count: number): Change[] {
  const text = one.draft.fields[1]?.type.kind === 'VARCHAR';
  // Sometimes a few keys have all rows: more than is held of one.
  const keys = next(4) === 0 ? 1 + next(3) : count;
  return Array.from({ length: count }, (): Change => {
    const key = next(keys);
    const n = next(5) === 0 ? null : next(1000);
    const s = next(5) === 0 ? null : `text ${next(10_000)}`;
    const row: Row = { p: next(6), k: text ? `key ${key}` : BigInt(key), n, s, q: next(50) };
    return { kind: next(10) === 0 ? '-D' : '+I', row };
  });
}

/** The rows that are there afterwards, as text. */
function expected({ engine: folding, bySequence }: Case, changes: readonly Change[]): string[] {
  const byKey = new Map<string, Change[]>();
  for (const change of changes) {
    const key = `${change.row.p} ${change.row.k}`;
    byKey.set(key, [...(byKey.get(key) ?? []), change]);
  }
  const sign = bySequence === 'descending' ? -1 : bySequence === 'ascending' ? 1 : 0;
  const rows = [...byKey.values()].map((versions) => {
    versions.sort((a, b) => sign * ((a.row.q as number) - (b.row.q as number)));
    return folding.fold(versions);
  });
  return rows
    .filter((row) => row !== undefined)
    .map(print)
    .sort();
}

function print({ p, k, n, s, q }: Row): string {
  return [p, k, n, s, q].map(String).join('|');
}

async function write(name: string, changes: readonly Change[], next: Next): Promise<void> {
  const catalog = new Catalog(new LocalStore(), warehouse);
  const table = await catalog.openTable(parseIdentifier(`d.${name}`), {});
  const bytes = 64 * 1024 * 1024;
  const room: WriteRoom = {
    memoryBytes: 20_000 + next(200_000),
    scratchDirectory: async () => scratch,
    withCompactionRoom: (work) =>
      work({
        engine: () => assert.fail('so few runs are merged without an engine'),
        room: { decodeBytes: bytes, batchBytes: bytes },
      }),
  };
  await using writer = await TableWriter.open(table, room);
  for (let at = 0; at < changes.length; ) {
    const rows = changes.slice(at, at + 1 + next(700));
    await writer.writeRows(rows.map(({ kind, row }): WriteRow => ({ ...row, _kind: kind })));
    at += rows.length;
  }
  await writer.commit();
}

describe('rows written with hardly any memory', () => {
  for (let round = 0; round < ROUNDS; round++) {
    it(`are those of a map, round ${round}`, { timeout: 120_000 }, async () => {
      const seed = SEED + round;
      const next = random(seed);
      const one = caseOf(next);
      await lake.createTable(`d.t${round}`, one.draft);
      const changes = changesOf(next, one, 500 + next(6000));
      const first = next(2) === 0 ? changes.length : next(changes.length);
      await write(`t${round}`, changes.slice(0, first), next);
      if (first < changes.length) await write(`t${round}`, changes.slice(first), next);
      const rows: string[] = [];
      const table = await lake.table(`d.t${round}`);
      for await (const row of (await table.scan()).rows()) rows.push(print(row));
      assert.deepEqual(rows.sort(), expected(one, changes), `SEED=${seed}`);
      const problems: unknown[] = [];
      await table.check({ data: true, onProblem: (problem) => problems.push(problem) });
      assert.deepEqual(problems, []);
      assert.deepEqual(
        readdirSync(scratch).filter((file) => file.startsWith('scratch-')),
        [],
      );
    });
  }
});

describe('rows of a table without key', () => {
  for (const partitions of [1, 3]) {
    it(`keep their order in ${partitions} partitions; a write given up leaves nothing`, async () => {
      const next = random(SEED + partitions);
      const name = `append${partitions}`;
      await lake.createTable(`d.${name}`, {
        fields: [
          { name: 'p', type: INT },
          { name: 'n', type: INT },
          { name: 's', type: STRING },
        ],
        partitionKeys: partitions > 1 ? ['p'] : [],
      });
      const catalog = new Catalog(new LocalStore(), warehouse);
      const room: WriteRoom = {
        memoryBytes: 30_000,
        scratchDirectory: async () => scratch,
        withCompactionRoom: () => assert.fail('nothing is due to be compacted'),
      };
      const rows = Array.from({ length: 12_000 }, (_, n) => ({
        // The first partition is alone for a while.
        p: n < 4000 ? 0 : next(partitions),
        n,
        s: next(3) === 0 ? null : 'x'.repeat(next(40)),
      }));
      const write = async (): Promise<TableWriter> => {
        const writer = await TableWriter.open(await catalog.openTable(parseIdentifier(`d.${name}`)), room);
        for (let at = 0; at < rows.length; at += 500) await writer.writeRows(rows.slice(at, at + 500));
        return writer;
      };
      const files = (): string[] =>
        readdirSync(join(warehouse, 'd.db', name), { recursive: true })
          .map(String)
          .filter((file) => file.endsWith('.parquet'));
      const given = await write();
      assert.ok(files().length > 0);
      await given[Symbol.asyncDispose]();
      assert.deepEqual(files(), []);
      await using writer = await write();
      const { fileCount } = await writer.commit();
      assert.deepEqual([fileCount, files().length], [partitions, partitions]);
      const got: Row[][] = Array.from({ length: partitions }, () => []);
      const table = await lake.table(`d.${name}`);
      for await (const row of (await table.scan()).rows()) got[row.p as number]?.push(row);
      assert.deepEqual(
        got,
        got.map((_, p) => rows.filter((row) => row.p === p)),
      );
      const scratches = readdirSync(scratch).filter((file) => file.startsWith('scratch-'));
      assert.deepEqual(scratches, []);
    });
  }
});
