// Pruning never changes an answer: every golden table read with random conditions, planned with them and
// without.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type Batch,
  concatBatches,
  jsonLineOf,
  type Value,
  type Vector,
  valueAt,
} from '../src/codec/index.ts';
import { type Engine, openEngine } from '../src/engine/index.ts';
import { filterBatch, type Literal, type Predicate } from '../src/format/index.ts';
import { LocalStore } from '../src/store/index.ts';
import { Catalog, planScan, readPlan, type Table } from '../src/table/index.ts';
import { GOLDEN } from './golden.ts';

const SEED = Number(process.env.SEED ?? 20261125);
const CONDITIONS_PER_TABLE = 8;

let engine: Engine;
const directory = mkdtempSync(join(tmpdir(), 'pruning-'));
before(async () => {
  engine = await openEngine({ memoryBytes: 256 * 1024 * 1024, threads: 2, tempDirectory: directory });
});
after(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

describe(`pruning (SEED=${SEED})`, () => {
  const catalog = new Catalog(new LocalStore(), GOLDEN.warehouse);
  for (const golden of GOLDEN.tables) {
    if (golden.orc || golden.table === 'empty') continue;
    it(`of ${golden.table} keeps every row that matches`, async () => {
      const table = await catalog.openTable(`${GOLDEN.database}.${golden.table}`);
      const all = await readAll(table);
      if (all === undefined) return;
      const next = random(SEED ^ hash(golden.table));
      for (let n = 0; n < CONDITIONS_PER_TABLE; n++) {
        const condition = randomCondition(all, next, 2);
        const plan = await planScan(table, { filter: condition });
        const lines: string[] = [];
        for await (const batch of readPlan(table, plan.splits, { engine, filter: condition })) {
          lines.push(...linesOf(batch));
        }
        assert.deepEqual(lines.sort(), linesOf(filterBatch(all, condition)).sort(), show(condition));
      }
    });
  }
});

it('finds rows by a bucket key that had another type when they were written', async () => {
  const path = join(directory, 'retyped', 'golden.db', 'append_bucketed');
  cpSync(join(GOLDEN.warehouse, 'golden.db', 'append_bucketed'), path, { recursive: true });
  const schema = readFileSync(join(path, 'schema', 'schema-0'), 'utf8');
  const retyped = schema
    .replace('"id" : 0,\n  "fields"', '"id" : 1,\n  "fields"')
    .replace('BIGINT', 'STRING');
  writeFileSync(join(path, 'schema', 'schema-1'), retyped);
  const catalog = new Catalog(new LocalStore(), join(directory, 'retyped'));
  const table = await catalog.openTable('golden.append_bucketed');
  assert.equal(table.schema.id, 1);
  const all = await readAll(table);
  assert.ok(all !== undefined && all.rowCount > 10);
  for (let row = 0; row < all.rowCount; row += 7) {
    const children = ['id', 'name'].map((column, i): Predicate => {
      const cell = valueAt(all.columns[i] as Vector, row);
      const value = cell instanceof Uint8Array ? Buffer.from(cell).toString('utf8') : cell;
      return value === null ? { kind: 'isNull', column } : { kind: 'eq', column, value: value as Literal };
    });
    const filter: Predicate = { kind: 'and', children };
    const { splits } = await planScan(table, { filter });
    let found = 0;
    for await (const batch of readPlan(table, splits, { engine, filter })) found += batch.rowCount;
    assert.equal(found, filterBatch(all, filter).rowCount, show(filter));
    assert.ok(found > 0);
  }
});

async function readAll(table: Table): Promise<Batch | undefined> {
  const plan = await planScan(table);
  const batches: Batch[] = [];
  for await (const batch of readPlan(table, plan.splits, { engine })) batches.push(batch);
  return batches.length === 0 ? undefined : concatBatches(batches);
}

function linesOf(batch: Batch): string[] {
  const line = jsonLineOf(batch);
  return Array.from({ length: batch.rowCount }, (_, i) => line(i));
}

const COMPARISONS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'isNull', 'isNotNull'] as const;

/** A condition over the table's columns with literals that mostly stand in it. */
function randomCondition(all: Batch, next: () => number, depth: number): Predicate {
  const roll = next();
  if (depth > 0 && roll < 0.5) {
    const children = [randomCondition(all, next, depth - 1), randomCondition(all, next, depth - 1)];
    return { kind: roll < 0.35 ? 'and' : 'or', children };
  }
  if (depth > 0 && roll < 0.58) return { kind: 'not', child: randomCondition(all, next, depth - 1) };
  const columns = all.fields.flatMap((field, i) => (isPlain(field.type.kind) ? [{ field, i }] : []));
  const { field, i } = columns[Math.floor(next() * columns.length)] as (typeof columns)[number];
  const column = field.name;
  const pick = (): Literal | undefined => {
    const value = valueAt(all.columns[i] as Batch['columns'][number], Math.floor(next() * all.rowCount));
    return literalOf(value, field.type.kind);
  };
  const kind = COMPARISONS[Math.floor(next() * COMPARISONS.length)] as (typeof COMPARISONS)[number];
  const value = pick();
  if (kind === 'isNull' || kind === 'isNotNull' || value === undefined) {
    return { kind: kind === 'isNull' ? 'isNull' : 'isNotNull', column };
  }
  if (kind === 'in') return { kind, column, values: [value, ...[pick()].filter((v) => v !== undefined)] };
  return { kind, column, value };
}

function isPlain(kind: string): boolean {
  return !['ARRAY', 'MAP', 'MULTISET', 'ROW'].includes(kind);
}

function literalOf(value: Value, kind: string): Literal | undefined {
  if (value === null) return undefined;
  const text = kind === 'VARCHAR' || kind === 'CHAR';
  return text && value instanceof Uint8Array ? new TextDecoder().decode(value) : (value as Literal);
}

function show(condition: Predicate): string {
  return JSON.stringify(condition, (_, v) => (typeof v === 'bigint' ? `${v}n` : v));
}

function hash(text: string): number {
  let h = 0;
  for (const c of text) h = (Math.imul(31, h) + c.charCodeAt(0)) | 0;
  return h;
}

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
