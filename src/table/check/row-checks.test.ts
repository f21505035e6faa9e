import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { batchOf, encodeRow, type Value } from '../../codec/index.ts';
import type { ManifestEntry } from '../../format/index.ts';
import { LocalStore } from '../../store/index.ts';
import { SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD } from '../../tree/index.ts';
import { Catalog } from '../catalog.ts';
import { fileExpectations, keyCopies } from './row-checks.ts';

const GOLDEN = join(import.meta.dirname, '../../../test/data/golden');
const INT = { kind: 'INT', nullable: false } as const;
const NO_STATS = { minValues: encodeRow([], []), maxValues: encodeRow([], []), nullCounts: [] };

/** What is found wrong in a file of `cl_none` (id INT key, v STRING, n INT; bucket of 2) with these ids. */
async function findings(ids: readonly number[], copies: readonly Value[] = ids): Promise<string[]> {
  const table = await new Catalog(new LocalStore(), join(GOLDEN, 'warehouse')).openTable('golden.cl_none');
  const { schema } = table;
  const fields = [...schema.fields, ...keyCopies(schema), SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD];
  const entry: ManifestEntry = {
    kind: 'ADD',
    partition: encodeRow([], []),
    bucket: 0,
    totalBuckets: -1,
    file: {
      fileName: 'data-0.parquet',
      fileSize: 1n,
      rowCount: BigInt(ids.length),
      minKey: encodeRow([INT], [ids[0] as number]),
      maxKey: encodeRow([INT], [ids.at(-1) as number]),
      keyStats: NO_STATS,
      valueStats: NO_STATS,
      valueStatsCols: [],
      minSequenceNumber: 0n,
      maxSequenceNumber: BigInt(ids.length - 1),
      schemaId: 0,
      level: 0,
      extraFiles: [],
      deleteRowCount: 0n,
    },
  };
  const checks = fileExpectations({ table, schema, entry, role: 'data', fields });
  const rows = ids.map((id, i): Value[] => [id, null, null, copies[i] ?? null, BigInt(i), 0]);
  // Two batches: what is compared must not end with one.
  const half = Math.ceil(rows.length / 2);
  for (const part of [rows.slice(0, half), rows.slice(half)]) {
    if (part.length > 0) for (const check of checks) check.batch(batchOf(fields, part));
  }
  return checks.flatMap((check) => check.finish() ?? []);
}

describe('rows of a file', () => {
  it('the golden table has the columns this test is written for', () => {
    const path = join(GOLDEN, 'warehouse/golden.db/cl_none/schema/schema-0');
    const { fields } = JSON.parse(readFileSync(path, 'utf8')) as { fields: { name: string }[] };
    assert.deepEqual(
      fields.map(({ name }) => name),
      ['id', 'v', 'n'],
    );
  });

  it('are right when their keys ascend', async () => {
    assert.deepEqual(await findings([1, 2, 5, 9]), []);
  });

  it('are right without copies of the keys, as thin mode writes them', async () => {
    assert.deepEqual(await findings([1, 2, 5, 9], [null, null, null, null]), []);
  });

  it('are wrong when a key comes twice or too late, also across batches', async () => {
    const wrong = ['the key of row 2 is not above that of the row before'];
    assert.deepEqual(await findings([1, 5, 2, 9]), wrong);
    assert.deepEqual(await findings([1, 5, 5, 9]), wrong);
  });

  it('are wrong when the copy of a key says something else', async () => {
    assert.deepEqual(await findings([1, 2, 5, 9], [1, 2, 6, 9]), [
      'the key columns of row 2 differ from their copies',
    ]);
    assert.deepEqual(await findings([1, 2, 5, 9], [1, 2, null, 9]), [
      'the key columns of row 2 differ from their copies',
    ]);
  });
});
