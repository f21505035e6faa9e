import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { jsonLines } from '../../codec/index.ts';
import { LocalStore } from '../../store/index.ts';
import { Catalog } from '../catalog.ts';
import { BRANCHES, CONSUMERS, OPTIONS, SCHEMAS, SNAPSHOTS, TAGS } from './log-tables.ts';
import { type SystemTable, systemBatches } from './system-table.ts';

const GOLDEN = join(import.meta.dirname, '../../../test/data/golden');
const catalog = new Catalog(new LocalStore(), join(GOLDEN, 'warehouse'));

async function lines(system: SystemTable, table: string): Promise<string[]> {
  let text = '';
  for await (const batch of systemBatches(system, await catalog.openTable(`golden.${table}`))) {
    for (const chunk of jsonLines(batch)) text += chunk;
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

/**
 * What Java printed, for the tables of 1.4.2 that have it; schema_pk's was printed before its last schema
 * change.
 */
function expected(system: string): { table: string; lines: string[] }[] {
  return readdirSync(join(GOLDEN, 'expected'))
    .filter((table) => !table.startsWith('v131_') && table !== 'schema_pk')
    .filter((table) => readdirSync(join(GOLDEN, 'expected', table)).includes(`system-${system}.jsonl`))
    .map((table) => {
      const text = readFileSync(join(GOLDEN, 'expected', table, `system-${system}.jsonl`), 'utf8');
      return {
        table,
        lines: text
          .split('\n')
          .filter((line) => line !== '')
          .sort(),
      };
    });
}

describe('system tables about the table', () => {
  for (const system of [SNAPSHOTS, SCHEMAS, OPTIONS, TAGS, CONSUMERS]) {
    it(`$${system.name} prints what Java printed`, async () => {
      const cases = expected(system.name);
      assert.ok(cases.length > 0);
      for (const { table, lines: wanted } of cases) {
        assert.deepEqual(await lines(system, table), wanted, table);
      }
    });
  }

  it('$branches names the branches (their time is the directory of this copy)', async () => {
    const names = (await lines(BRANCHES, 'tags_branches')).map((line) => JSON.parse(line).branch_name);
    assert.deepEqual(names, ['b1', ...names.slice(1)]);
    const wanted = expected('branches').find(({ table }) => table === 'tags_branches');
    assert.deepEqual(
      names,
      wanted?.lines.map((line) => JSON.parse(line).branch_name),
    );
  });
});
