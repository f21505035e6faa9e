// Files that are not what their manifest entries say.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { BATCH_ROWS_MAX, type Field, type LakeError } from '../../base/index.ts';
import { CODEC, ParquetLayout } from '../../codec/index.ts';
import type { DataFileMeta } from '../../format/index.ts';
import { MemoryStore } from '../../store/index.ts';
import type { Table } from '../table.ts';
import type { BucketContext, ReadContext } from './read-context.ts';
import { readFile } from './read-file.ts';

const FIELDS: readonly Field[] = [{ id: 0, name: 'c', type: { kind: 'INT', nullable: true } }];
const SCHEMA = { id: 0, fields: FIELDS, partitionKeys: [], primaryKeys: [], options: {} };

it('gives no more rows of a file than its entry says, even where it reads none of its columns', async () => {
  const store = new MemoryStore();
  const rows = 2 * BATCH_ROWS_MAX;
  // A file of no columns: rows are what its footer claims.
  const layout = new ParquetLayout([], CODEC.UNCOMPRESSED);
  const bytes = Buffer.concat([layout.begin(), ...layout.addRowGroup(rows, []), ...layout.finish()]);
  store.put('/t/f.parquet', bytes);

  const meta = (rowCount: number) =>
    ({
      fileName: 'f.parquet',
      fileSize: BigInt(bytes.length),
      rowCount: BigInt(rowCount),
      schemaId: 0,
    }) as DataFileMeta;
  const table = { store, path: '/t', schema: SCHEMA, options: { raw: {} } } as unknown as Table;
  const context = { table } as ReadContext;
  const bucket: BucketContext = { path: '/t', partition: new Map() };
  const given = async (rowCount: number, fields: readonly Field[]): Promise<readonly [number, string]> => {
    let seen = 0;
    const read = { fields, conjuncts: [] };
    try {
      for await (const batch of readFile(context, bucket, { file: meta(rowCount) }, read))
        seen += batch.rowCount;
    } catch (error) {
      return [seen, (error as LakeError).code];
    }
    return [seen, 'whole'];
  };
  for (const fields of [[], FIELDS]) {
    assert.deepEqual(await given(rows, fields), [rows, 'whole']);
    assert.deepEqual(await given(rows - 1, fields), [BATCH_ROWS_MAX, 'FILE_CORRUPT']);
    assert.deepEqual(await given(rows + 1, fields), [rows, 'FILE_CORRUPT']);
  }
});
