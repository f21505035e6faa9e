// Random tables of random types, written by us in either format, their levels stored in ways of their own,
// pages and row groups small: Java reads every row. Runs where Java and Maven are; says so where they are
// not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { DataType, Field } from '../../src/base/index.ts';
import { type Batch, batchOf } from '../../src/codec/index.ts';
import { jsonLines, type Lake, LakeError, openLake } from '../../src/index.ts';
import { findJava, JAVA_RUN, skipWithout } from '../interop/tools.ts';
import { type Random, randomCell, randomOf, randomType } from './random-types.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const TABLES = Number(process.env.TABLES ?? 24);
const TIMEOUT_MS = 300_000;
const INT: DataType = { kind: 'INT', nullable: false };

const skip = skipWithout(findJava());

function optionsOf(random: Random, keyed: boolean): Readonly<Record<string, string>> {
  const pick = (...words: readonly string[]): string => words[random(words.length)] as string;
  const perLevel = { 'file.format.per.level': '5:avro', 'file.compression.per.level': '0:snappy,5:zstd' };
  return {
    bucket: keyed ? '1' : '-1',
    'file.format': pick('parquet', 'parquet', 'avro'),
    'file.compression': pick('zstd', 'snappy'),
    'target-file-size': pick('20 kb', '128 mb'),
    'parquet.page.size': pick('400', '1048576'),
    'parquet.page.row.count.limit': pick('7', '300', '20000'),
    'parquet.dictionary.page.size': pick('40', '1048576'),
    'parquet.enable.dictionary': pick('true', 'true', 'false'),
    'parquet.block.size': pick('4000', '134217728'),
    'metadata.stats-mode': pick('truncate(16)', 'full', 'counts', 'none'),
    ...(keyed && random(2) === 0 ? perLevel : {}),
  };
}

/** Java does not read what it writes of these: it takes the counts for times and decimals too. */
function isUnread(type: DataType): boolean {
  switch (type.kind) {
    case 'MULTISET':
      return ['TIMESTAMP', 'TIMESTAMP_LTZ', 'DECIMAL'].includes(type.element.kind);
    case 'ARRAY':
      return isUnread(type.element);
    case 'MAP':
      return isUnread(type.value);
    case 'ROW':
      return type.fields.some((field) => isUnread(field.type));
    default:
      return false;
  }
}

/** Columns beside the key; some names differ in case only. */
function columnsOf(random: Random): readonly Field[] {
  return Array.from({ length: 1 + random(6) }, (_, i): Field => {
    const name = i % 2 === 0 ? `column${i}` : `COLUMN${i - 1}`;
    let type = randomType(random, 3);
    while (isUnread(type)) type = randomType(random, 3);
    return { id: i + 1, name, type };
  });
}

/** Makes and fills a table; its rows as JSON lines, undefined where Java has no such table either. */
async function fill(lake: Lake, name: string, random: Random): Promise<readonly string[] | undefined> {
  const keyed = random(3) > 0;
  const fields = [{ id: 0, name: 'id', type: INT }, ...columnsOf(random)];
  const primaryKeys = keyed ? ['id'] : [];
  let made = false;
  try {
    const draft = { fields, primaryKeys, partitionKeys: [], options: optionsOf(random, keyed) };
    await lake.createTable(name, draft);
    made = true;
    await using _write = await (await lake.table(name)).write();
  } catch (error) {
    // Avro does not hold every type.
    if (!(error instanceof LakeError) || error.code !== 'SCHEMA_INVALID') throw error;
    if (made) await lake.dropTable(name);
    return undefined;
  }
  const table = await lake.table(name);
  const { fields: own } = table.schema;
  const lines: string[] = [];
  for (let commit = 0, id = 0; commit < 2; commit++) {
    const variety = [2, 1000, 1_000_000][random(3)] as number;
    const nulls = [0, 5, 60][random(3)] as number;
    const rows = Array.from({ length: 1 + random(700) }, () => [
      id++,
      ...own.slice(1).map((field) => randomCell(random, field.type, variety, nulls)),
    ]);
    const batch = batchOf(own, rows);
    lines.push(...linesOf(batch));
    await using write = await table.write();
    await write.writeBatch(batch);
    await write.commit();
  }
  if (random(2) === 0) await table.compact({ full: true });
  return lines.sort();
}

function linesOf(batch: Batch): readonly string[] {
  return [...jsonLines(batch)].join('').trimEnd().split('\n');
}

describe('types', { skip }, () => {
  it(`Java reads every one (SEED=${seed})`, async () => {
    const root = mkdtempSync(join(tmpdir(), 'spillway-types-'));
    const warehouse = join(root, 'warehouse');
    const expected = join(root, 'expected');
    mkdirSync(join(warehouse, 'db.db'), { recursive: true });
    try {
      const lake = await openLake({ warehouse, memory: '512mb' });
      let made = 0;
      for (let i = 0; i < TABLES; i++) {
        const lines = await fill(lake, `db.t${i}`, randomOf(seed + i));
        if (lines === undefined) continue;
        made++;
        mkdirSync(join(expected, `t${i}`), { recursive: true });
        writeFileSync(join(expected, `t${i}`, 'latest.jsonl'), `${lines.join('\n')}\n`);
        const index = { expected: [{ file: 'latest.jsonl', read: {} }] };
        writeFileSync(join(expected, `t${i}`, 'index.json'), JSON.stringify(index));
      }
      await lake.close();
      assert.ok(made > TABLES / 3, `${made} tables`);
      const words = ['verify', warehouse, 'db', expected];
      const options = { encoding: 'utf8', timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 } as const;
      const report = execFileSync(JAVA_RUN, words, options);
      assert.match(report, new RegExp(`^checked ${made}, failed 0$`, 'm'), report);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
