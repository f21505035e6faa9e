import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LakeError } from '../base/index.ts';
import { parseTableStatistics } from './table-statistics.ts';

describe('table statistics', () => {
  it('are read with what was computed and nothing else', () => {
    const text = `{
      "snapshotId" : 9223372036854775807, "schemaId" : 0, "mergedRecordCount" : 5,
      "colStats" : { "a" : { "colId" : 3, "min" : "1", "nullCount" : 0 }, "b" : { "colId" : 4 } },
      "later" : true
    }`;
    const statistics = parseTableStatistics(text, 'stat-0');
    assert.equal(statistics.snapshotId, 2n ** 63n - 1n);
    assert.equal(statistics.mergedRecordCount, 5n);
    assert.equal('mergedRecordSize' in statistics, false);
    assert.deepEqual(
      [...statistics.columns],
      [
        ['a', { colId: 3, min: '1', nullCount: 0n }],
        ['b', { colId: 4 }],
      ],
    );
  });

  it('name what is wrong', () => {
    for (const text of [
      '{}',
      '{"snapshotId":1,"schemaId":0,"colStats":{"a":{}}}',
      '{"snapshotId":1,"schemaId":0,"colStats":[]}',
    ]) {
      assert.throws(
        () => parseTableStatistics(text, 'stat-0'),
        (e) => e instanceof LakeError && e.code === 'FILE_CORRUPT' && e.message.includes('stat-0'),
      );
    }
  });
});
