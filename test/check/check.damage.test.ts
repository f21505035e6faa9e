import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Engine, openEngine } from '../../src/engine/index.ts';
import { LocalStore } from '../../src/store/index.ts';
import { Catalog, checkTable, type Problem } from '../../src/table/index.ts';
import { PK4 } from './damage.ts';
import { DamagedTable } from './damaged-table.ts';
import { DATA } from './data-damages.ts';
import { LOGS } from './log-damages.ts';
import { METADATA } from './metadata-damages.ts';

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

async function check(table: string, data: boolean): Promise<Problem[]> {
  const opened = await new Catalog(new LocalStore(), temp).openTable(`golden.${table}`);
  const problems: Problem[] = [];
  await checkTable(opened, {
    onProblem: (problem) => problems.push(problem),
    ...(data ? { engine: async () => engine } : {}),
  });
  return problems;
}

describe('check names what is damaged', () => {
  for (const damage of [...LOGS, ...METADATA, ...DATA]) {
    it(damage.name, async () => {
      const table = new DamagedTable(temp, damage.table);
      damage.make(table);
      const problems = await check(damage.table, damage.data === true);
      const { rule, file, what, severity = 'error' } = damage;
      const found = problems.some(
        (p) => p.rule === rule && p.severity === severity && file.test(p.file) && what.test(p.what),
      );
      assert.ok(found, `not found among ${JSON.stringify(problems, undefined, 1)}`);
      for (const problem of problems) assert.ok(problem.action !== '' && problem.file.startsWith('/'));
    });
  }

  it('tells each finding once, however many snapshots share it', async () => {
    const table = new DamagedTable(temp, PK4);
    table.remove(table.files('bucket-0/data-*').at(0) as string);
    const problems = await check(PK4, false);
    assert.equal(problems.length, 1);
  });
});
