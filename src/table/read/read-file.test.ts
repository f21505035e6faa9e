// Files that are not what their manifest entries say, and rows that deletion vectors take out.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { crc32 } from 'node:zlib';
import { BATCH_ROWS_MAX, type Field, type LakeError } from '../../base/index.ts';
import {
  type Batch,
  CODEC,
  encodeRoaring,
  type LongVector,
  PageBodies,
  ParquetColumnWriter,
  ParquetLayout,
  roaringOf,
  type StoredPage,
  shredColumn,
  type Vector,
  vectorOf,
} from '../../codec/index.ts';
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

/** A Parquet file of one column, in one row group. */
function fileOf(field: Field, vector: Vector): Buffer {
  const layout = new ParquetLayout([field], CODEC.UNCOMPRESSED);
  const pages: StoredPage[] = [];
  const options = { pageBytes: 1_000_000, pageRows: 1000, dictionaryBytes: 0 };
  const [leaf] = layout.leaves;
  const [rows] = shredColumn(field.name, field.type, vector);
  assert.ok(leaf !== undefined && rows !== undefined);
  const writer = new ParquetColumnWriter(leaf, options, new PageBodies(1), ({ body, ...page }) => {
    const bytes = body.written.slice();
    pages.push({ ...page, rawSize: bytes.length, bytes, crc: crc32(bytes) });
  });
  writer.append(rows, vector.length);
  const chunk = { summary: writer.finish(false), pages, dictionary: undefined };
  return Buffer.concat([layout.begin(), ...layout.addRowGroup(vector.length, [chunk]), ...layout.finish()]);
}

/** A deletion vector in the 32-bit form, alone in its file. */
function deletionOf(positions: readonly number[]): Buffer {
  const bitmap = encodeRoaring(roaringOf(positions));
  const bytes = Buffer.alloc(1 + 8 + bitmap.length + 4);
  bytes[0] = 1;
  bytes.writeInt32BE(4 + bitmap.length, 1);
  bytes.writeInt32BE(1581511376, 5);
  bytes.set(bitmap, 9);
  bytes.writeUInt32BE(crc32(bytes.subarray(5, 9 + bitmap.length)), 9 + bitmap.length);
  return bytes;
}

it('keeps a batch whole while the next one is looked for behind deleted rows', async () => {
  const field: Field = { id: 0, name: 'c', type: { kind: 'BIGINT', nullable: true } };
  const values = Array.from({ length: 5000 }, (_, i) => BigInt(i));
  const store = new MemoryStore();
  const data = fileOf(field, vectorOf(field.type, values));
  store.put('/t/f.parquet', data);
  // All of every second batch.
  const deleted = deletionOf(Array.from({ length: 5000 }, (_, i) => i).filter((i) => i % 200 >= 100));
  store.put('/t/index/i', deleted);

  const schema = { ...SCHEMA, fields: [field] };
  const table = { store, path: '/t', schema, options: { raw: {} } } as unknown as Table;
  const file = { fileName: 'f.parquet', fileSize: BigInt(data.length), rowCount: 5000n, schemaId: 0 };
  const deletion = { path: '/t/index/i', offset: 1, length: deleted.length - 9 };
  const bucket: BucketContext = { path: '/t', partition: new Map() };
  const read = { fields: [field], conjuncts: [], batchRows: 100, reuse: true };
  const given: bigint[] = [];
  let before: Batch | undefined;
  const keep = ({ columns }: Batch): number => given.push(...(columns[0] as LongVector).values);
  for await (const batch of readFile(
    { table } as ReadContext,
    bucket,
    { file: file as DataFileMeta, deletion },
    read,
  )) {
    if (before !== undefined) keep(before);
    before = batch;
  }
  if (before !== undefined) keep(before);
  assert.deepEqual(
    given,
    values.filter((value) => value % 200n < 100n),
  );
});
