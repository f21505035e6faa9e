// Copies of the golden tables compacted by Java and by us: the files that come out are described alike, to
// the last statistic, and Java reads the same rows out of both.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GOLDEN } from '../golden.ts';
import { findJava, skipWithout } from '../interop/tools.ts';
import { compareCompactions } from './compare.ts';

const skip = skipWithout(findJava());
const TIMEOUT_MS = 900_000;

/** Java packs partitions of files without buckets when they have aged; ours does at once in a full one. */
const AGED = [
  'file_index',
  'part_nulls',
  'types_append_avro',
  'types_append_parquet',
  'v131_append',
  'part_legacy_on',
  'part_legacy_off',
];

/** File indexes are not written yet. */
const INDEXED = ['file_index'];

const tables = GOLDEN.tables.filter(({ orc }) => !orc).map(({ table }) => table);

describe('tables compacted by Java and by us', { skip, timeout: TIMEOUT_MS }, () => {
  for (const full of [true, false]) {
    it(full ? 'are the same after a full compaction' : 'are the same after a pick', async () => {
      const left = full ? AGED : INDEXED;
      const { differences, compared } = await compareCompactions({
        warehouse: GOLDEN.warehouse,
        database: GOLDEN.database,
        full,
        tables: tables.filter((table) => !left.includes(table)),
      });
      assert.deepEqual(differences, []);
      assert.ok(compared.length >= 35, `${compared.length} compared`);
    });
  }
});
