import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType } from '../../base/index.ts';
import { batchOf, jsonLines } from '../../codec/index.ts';
import { BRIDGES, collect, field, goldenFiles, linesOf, rowsOf, testEngine } from '../engine-fixture.ts';

const INT: DataType = { kind: 'INT', nullable: true };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const NANOS: DataType = { kind: 'TIMESTAMP', nullable: true, precision: 9 };

for (const bridge of BRIDGES) {
  describe(`stage over the ${bridge} bridge`, async () => {
    const engine = await testEngine({ bridge });
    const { paths, fields } = await goldenFiles('types_append_parquet');

    it('gives back every type as it was appended', async () => {
      await using stage = await engine.stage('types', fields);
      const lines: string[] = [];
      for (const batch of await collect(engine.readParquet({ paths, columns: fields }))) {
        lines.push(...jsonLines(batch));
        await stage.append(batch);
      }
      await stage.finish();
      assert.equal(stage.rowCount, 120);
      const read = await linesOf(engine.query('SELECT * FROM types', { fields }));
      assert.deepEqual(
        read,
        lines
          .join('')
          .split('\n')
          .filter((l) => l !== ''),
      );
    });

    it('copies what it is given, across chunks, with lists longer than a chunk', async () => {
      const type: DataType = { kind: 'ARRAY', nullable: true, element: STRING };
      await using stage = await engine.stage('lists', [field('i', INT), field('l', type)]);
      const rows = Array.from({ length: 5000 }, (_, i) => [
        i,
        i % 5 === 0
          ? null
          : Array.from({ length: i % 9 }, (_, k) => (k % 4 === 3 ? null : `element ${i} of ${k}`)),
      ]);
      const batch = batchOf([field('i', INT), field('l', type)], rows);
      await stage.append(batch);
      for (const column of batch.columns) if (column.layout === 'i32') column.values.fill(0);
      await stage.finish();
      assert.deepEqual(await rowsOf(engine.query('SELECT * FROM lists ORDER BY i')), rows);
    });

    it('refuses nanoseconds the engine cannot hold, and rows after finish', async () => {
      const fields = [field('t', NANOS)];
      await using stage = await engine.stage('nanos', fields);
      const append = (value: bigint) => stage.append(batchOf(fields, [[value], [null]]));
      await append(-1n);
      await assert.rejects(append(2n ** 63n), { code: 'VALUE_OUT_OF_RANGE' });
      await stage.finish();
      assert.deepEqual(await rowsOf(engine.query('SELECT * FROM nanos', { fields })), [[-1n], [null]]);
      await assert.rejects(append(0n), { code: 'CLOSED' });
    });

    it('drops the table when it is disposed, and refuses a name that is taken', async () => {
      const stage = await engine.stage('gone', [field('i', INT)]);
      await assert.rejects(engine.stage('gone', [field('i', INT)]), { code: 'SQL_INVALID' });
      await stage[Symbol.asyncDispose]();
      await assert.rejects(collect(engine.query('SELECT * FROM gone')), { code: 'SQL_INVALID' });
    });
  });
}
