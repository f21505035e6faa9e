import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Engine, openEngine } from '../../engine/index.ts';
import { LocalStore } from '../../store/index.ts';
import { Catalog } from '../catalog.ts';
import { type CheckSummary, checkTable } from './check-table.ts';
import type { Problem } from './problem.ts';

const GOLDEN = join(import.meta.dirname, '../../../test/data/golden');

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

async function check(
  warehouse: string,
  table: string,
  data: boolean,
): Promise<{ summary: CheckSummary; problems: Problem[] }> {
  const opened = await new Catalog(new LocalStore(), warehouse).openTable(`golden.${table}`);
  const problems: Problem[] = [];
  const summary = await checkTable(opened, {
    onProblem: (problem) => problems.push(problem),
    ...(data ? { engine: async () => engine } : {}),
  });
  return { summary, problems };
}

describe('golden tables are what Java says they are', () => {
  for (const table of readdirSync(join(GOLDEN, 'expected'))) {
    it(table, async () => {
      const { summary, problems } = await check(join(GOLDEN, 'warehouse'), table, true);
      const java = JSON.parse(readFileSync(join(GOLDEN, 'expected', table, 'verify.json'), 'utf8'));
      const orc = globSync(join(GOLDEN, 'warehouse/golden.db', table, '**/*.orc')).length > 0;
      assert.deepEqual(java.problems, []);
      assert.deepEqual(
        problems.filter(({ severity }) => severity === 'error' || !orc),
        [],
      );
      assert.equal(summary.snapshot ?? null, java.snapshot === null ? null : BigInt(java.snapshot));
      assert.equal(summary.files, java.files);
      if (summary.rows !== undefined) assert.equal(summary.rows, BigInt(java.rows));
      else assert.ok(orc, 'only ORC files are not read');
    });
  }
});
