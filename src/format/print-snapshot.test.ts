// Snapshots Java wrote, parsed and printed again.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { parseSnapshot, printSnapshot } from './index.ts';

const GOLDEN = new URL('../../test/data/golden/warehouse/golden.db/', import.meta.url).pathname;

it('prints every golden snapshot to the bytes Java wrote', () => {
  let checked = 0;
  for (const table of readdirSync(GOLDEN)) {
    const directory = join(GOLDEN, table, 'snapshot');
    // 1.3.1 wrote absent members as null.
    if (!existsSync(directory) || table.startsWith('v131')) continue;
    for (const name of readdirSync(directory).filter((n) => n.startsWith('snapshot-'))) {
      const text = readFileSync(join(directory, name), 'utf8');
      assert.equal(printSnapshot(parseSnapshot(text, name)), text, `${table}/${name}`);
      checked++;
    }
  }
  assert.ok(checked > 200, `${checked} snapshots`);
});

it('prints properties as Jackson does, and 64-bit numbers digit by digit', () => {
  const text = `{
  "version" : 3,
  "id" : 1,
  "schemaId" : 0,
  "baseManifestList" : "a",
  "deltaManifestList" : "b",
  "commitUser" : "u \\"q\\"",
  "commitIdentifier" : 9223372036854775807,
  "commitKind" : "APPEND",
  "timeMillis" : 5,
  "watermark" : -9223372036854775808,
  "properties" : {
    "k" : "v"
  },
  "nextRowId" : 0
}`;
  assert.equal(printSnapshot(parseSnapshot(text, 'x')), text);
});
