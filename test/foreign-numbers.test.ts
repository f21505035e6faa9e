// Numbers in manifests that cannot be: the rows, or an error about a file of the table.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeIndexManifest } from '../src/format/index.ts';
import { avroFile, avroSchema } from './check/avro-file.ts';
import { DamagedTable } from './check/damaged-table.ts';
import {
  CORRUPT,
  changeFile,
  findings,
  type Json,
  lake,
  linesOf,
  OUTSIDE,
  type Refusal,
  refused,
  sqlOf,
  warehouse,
} from './foreign/lying-tables.ts';
import { GOLDEN } from './golden.ts';

describe('numbers that cannot be', () => {
  const NUMBERS: readonly (readonly [
    what: string,
    change: (file: Json, entry: Json) => void,
    rows?: 'any',
  ])[] = [
    [
      'bucket -5',
      (_, entry) => {
        entry.bucket = -5;
      },
    ],
    [
      'bucket 2147483647',
      (_, entry) => {
        entry.bucket = 2147483647;
      },
    ],
    [
      'level 2147483647',
      (file) => {
        file.level = 2147483647;
      },
      'any',
    ],
    [
      'level -1',
      (file) => {
        file.level = -1;
      },
      'any',
    ],
    [
      '-1 rows',
      (file) => {
        file.rowCount = -1n;
      },
    ],
    [
      '2^62 rows',
      (file) => {
        file.rowCount = 2n ** 62n;
      },
    ],
    [
      '-1 bytes',
      (file) => {
        file.fileSize = -1n;
      },
    ],
    [
      '2^62 bytes',
      (file) => {
        file.fileSize = 2n ** 62n;
      },
    ],
    [
      'schema 999',
      (file) => {
        file.schemaId = 999;
      },
    ],
    [
      'schema -1',
      (file) => {
        file.schemaId = -1;
      },
    ],
    [
      'a partition of no field',
      (_, entry) => {
        entry.partition = new Uint8Array([0, 0, 0, 0]);
      },
    ],
    [
      'a partition of a thousand fields',
      (_, entry) => {
        entry.partition = new Uint8Array([0, 0, 3, 0xe8, 0, 0, 0, 0]);
      },
    ],
    [
      'a partition of 2^31 fields',
      (_, entry) => {
        entry.partition = new Uint8Array([0x7f, 0xff, 0xff, 0xff, 0, 0]);
      },
    ],
    [
      'an empty partition',
      (_, entry) => {
        entry.partition = new Uint8Array(0);
      },
    ],
    [
      'a key that is no row',
      (file) => {
        file.minKey = new Uint8Array([1, 2, 3]);
      },
    ],
    [
      'statistics that are no row',
      (file) => {
        file.valueStats = { minValues: new Uint8Array([9]), maxValues: new Uint8Array([9]), nullCounts: [] };
      },
    ],
    [
      'sequence numbers backwards',
      (file) => {
        file.minSequenceNumber = 2n ** 63n - 1n;
        file.maxSequenceNumber = -(2n ** 63n);
      },
    ],
  ];
  for (const [what, change, rowsMay] of NUMBERS) {
    it(`${what}: the rows, or an error about the table's files`, async () => {
      for (const name of ['part_two_keys', 'compress_none', 'pk_bucket4', 'dv_append']) {
        const table = new DamagedTable(warehouse, name);
        changeFile(table, change);
        const sound = GOLDEN.lines(name, 'latest.jsonl').length;
        for (const read of [() => linesOf(name).then((l) => l.length), () => sqlOf(name)]) {
          const rows = await read().catch(
            (error: { kind: string; code: string; message: string; stack: string }) => {
              assert.match(
                error.kind ?? 'none',
                /^(corrupt|unsupported)$/,
                `${name} ${what}: ${error.stack}`,
              );
              return sound;
            },
          );
          // Files said to be sorted below one another are not merged, in Java neither.
          if (rowsMay !== 'any') assert.equal(rows, sound, `${name} ${what}`);
        }
        const table2 = await lake.table(`golden.${name}`);
        await table2.check({ data: true, onProblem: () => undefined });
        for (const system of ['files', 'partitions', 'buckets', 'file_key_ranges', 'manifests']) {
          await linesOf(`${name}$${system}`).catch((error: { kind: string; stack: string }) => {
            assert.match(
              error.kind ?? 'none',
              /^(corrupt|unsupported)$/,
              `${name}$${system} ${what}: ${error.stack}`,
            );
          });
        }
      }
    });
  }
});

describe('deletion vectors that mislead', () => {
  const CHANGES: readonly (readonly [
    what: string,
    change: (vector: Json, entry: Json) => void,
    refusal?: Refusal,
  ])[] = [
    [
      'an offset beyond the file',
      (vector) => {
        vector.f1 = 2147483647;
      },
    ],
    [
      'a negative offset',
      (vector) => {
        vector.f1 = -1;
      },
    ],
    [
      'an offset between two',
      (vector) => {
        vector.f1 = Number(vector.f1) + 1;
      },
    ],
    [
      'a length beyond the file',
      (vector) => {
        vector.f2 = 2147483647;
      },
    ],
    [
      'a negative length',
      (vector) => {
        vector.f2 = -5;
      },
    ],
    [
      'no length',
      (vector) => {
        vector.f2 = 0;
      },
    ],
    [
      'another number of rows',
      (vector) => {
        vector._CARDINALITY = 1_000_000n;
      },
    ],
    [
      'a file outside',
      (_, entry) => {
        entry._FILE_NAME = '../snapshot/LATEST';
      },
      OUTSIDE,
    ],
    [
      'a file outside by its path',
      (_, entry) => {
        entry._EXTERNAL_PATH = '/etc/passwd';
      },
      OUTSIDE,
    ],
    [
      'a file that is not there',
      (_, entry) => {
        entry._FILE_NAME = 'index-none';
      },
    ],
  ];
  for (const [what, change, refusal = CORRUPT] of CHANGES) {
    it(`by ${what}`, async () => {
      const table = new DamagedTable(warehouse, 'dv_append');
      for (const name of table.files('manifest/index-manifest-*')) {
        table.bytes(name, (bytes) => {
          const schema = avroSchema(bytes);
          const records: Json[] = decodeIndexManifest(bytes, name).map((entry) => ({
            _VERSION: 1,
            _KIND: entry.kind === 'ADD' ? 0 : 1,
            _PARTITION: entry.partition,
            _BUCKET: entry.bucket,
            _INDEX_TYPE: entry.indexType,
            _FILE_NAME: entry.fileName,
            _FILE_SIZE: entry.fileSize,
            _ROW_COUNT: entry.rowCount,
            _EXTERNAL_PATH: entry.externalPath,
            _DELETIONS_VECTORS_RANGES: entry.deletionVectors?.map((vector) => ({
              f0: vector.dataFileName,
              f1: vector.offset,
              f2: vector.length,
              _CARDINALITY: vector.cardinality,
            })),
          }));
          for (const record of records) {
            for (const vector of record._DELETIONS_VECTORS_RANGES as Json[]) change(vector, record);
          }
          return avroFile(schema, records);
        });
      }
      await refused('dv_append', refusal);
      assert.ok((await findings('dv_append')).length > 0);
    });
  }
});
