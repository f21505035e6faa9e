// Damage that only reading the rows brings to light.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeRow } from '../../src/codec/index.ts';
import { type Damage, flip, newest, PK4 } from './damage.ts';
import type { DamagedTable } from './damaged-table.ts';

export const DATA: readonly Damage[] = [
  {
    name: 'another number of rows',
    table: PK4,
    data: true,
    make: (t) =>
      t.manifest(newest(t), (entries) => {
        for (const { file } of entries) file.rowCount++;
      }),
    rule: 'rows',
    file: /bucket-0\/data-/,
    what: /it has 15 rows, metadata says 16/,
  },
  {
    name: 'another first key',
    table: 'compress_none',
    data: true,
    make: (t) =>
      t.manifest(newest(t), ([entry]) => {
        const type = { kind: 'INT', nullable: false } as const;
        if (entry !== undefined) entry.file.minKey = encodeRow([type], [-2147483647]);
      }),
    rule: 'keys',
    file: /data-/,
    what: /its first key is not the one metadata says/,
  },
  {
    name: 'other sequence numbers',
    table: PK4,
    data: true,
    make: (t) =>
      t.manifest(newest(t), ([entry]) => void Object.assign(entry?.file ?? {}, { maxSequenceNumber: 9999n })),
    rule: 'sequence',
    file: /data-/,
    what: /sequence numbers go from \d+ to \d+, metadata says \d+ to 9999/,
  },
  {
    name: 'another number of deletes',
    table: PK4,
    data: true,
    make: (t) =>
      t.manifest(newest(t), ([entry]) => void Object.assign(entry?.file ?? {}, { deleteRowCount: 1n })),
    rule: 'deletes',
    file: /data-/,
    what: /it has 3 rows that take keys away, metadata says 1/,
  },
  {
    name: 'statistics that do not bound the values',
    table: 'compress_none',
    data: true,
    make: (t) =>
      t.manifest(newest(t), ([entry]) => {
        if (entry === undefined) return;
        const { minValues, nullCounts } = entry.file.valueStats;
        entry.file.valueStats = { minValues, maxValues: minValues, nullCounts };
      }),
    rule: 'stats',
    file: /data-/,
    what: /column (id|s|d) has a value above its maximum/,
  },
  {
    name: 'another number of nulls',
    table: 'compress_none',
    data: true,
    make: (t) =>
      t.manifest(newest(t), ([entry]) => {
        if (entry === undefined) return;
        const { minValues, maxValues } = entry.file.valueStats;
        entry.file.valueStats = { minValues, maxValues, nullCounts: [0n, 0n, 0n] };
      }),
    rule: 'stats',
    file: /data-/,
    what: /nulls in column s, metadata says 0/,
  },
  {
    name: 'rows in a bucket they do not belong to',
    table: PK4,
    data: true,
    make: (t) => {
      t.manifest(newest(t), (entries) => {
        for (const entry of entries) {
          if (entry.bucket === 0) entry.file.fileSize = BigInt(read(t, 1).length);
          if (entry.bucket === 1) t.bytes(`bucket-0/${fileOf(entries, 0)}`, () => read(t, 1));
        }
      });
      function read(table: DamagedTable, bucket: number): Buffer {
        const name = table.files(`bucket-${bucket}/data-*-4.parquet`)[0] as string;
        return readFileSync(join(table.path, name));
      }
    },
    rule: 'bucket',
    file: /bucket-0\/data-/,
    what: /row 0 belongs to bucket 1, the file is in bucket 0/,
  },
  {
    name: 'nulls in a column that must not have any',
    table: 'append_bucketed',
    data: true,
    make: (t) =>
      t.json('schema/schema-0', (json) => {
        for (const field of json.fields as { name: string; type: string }[]) {
          if (field.name === 'name') field.type = 'STRING NOT NULL';
        }
      }),
    rule: 'nulls',
    file: /data-/,
    what: /column name is NOT NULL and has nulls/,
  },
  {
    name: 'a damaged deletion vector',
    table: 'dv_pk',
    data: true,
    make: (t) => {
      for (const file of t.files('index/index-*')) t.bytes(file, flip(-6));
    },
    rule: 'deletion-vector',
    file: /index\/index-/,
    what: /./,
  },
  {
    name: 'a damaged Parquet file',
    table: PK4,
    data: true,
    make: (t) => t.bytes(t.last('bucket-3/data-*'), (bytes) => bytes.fill(0, 4, 200)),
    rule: 'data-file',
    file: /bucket-3\/data-/,
    what: /./,
  },
  {
    name: 'a damaged Avro file',
    table: 'compress_avro',
    data: true,
    make: (t) => t.bytes(t.last('**/data-*.avro'), flip(-100)),
    rule: 'data-file',
    file: /data-.*avro/,
    what: /./,
  },
];

function fileOf(
  entries: readonly { readonly bucket: number; readonly file: { readonly fileName: string } }[],
  bucket: number,
): string {
  return entries.find((entry) => entry.bucket === bucket)?.file.fileName ?? '';
}
