import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTableOptions } from './table-options.ts';

describe('table options', () => {
  it('have the defaults of Paimon 1.4.2', () => {
    const options = parseTableOptions({}, true);
    assert.equal(options.bucket, -1);
    assert.equal(options.mergeEngine, 'deduplicate');
    assert.equal(options.changelogProducer, 'none');
    assert.equal(options.numLevels, 6);
    assert.equal(options.splitTargetBytes, 128 * 1024 * 1024);
    assert.equal(options.openFileCostBytes, 4 * 1024 * 1024);
    assert.equal(options.changelogDecoupled, false);
  });

  it('are read as Java reads them: any case, sizes and durations with units', () => {
    const options = parseTableOptions(
      {
        'merge-engine': 'Partial-Update',
        'source.split.target-size': '64 kb',
        'changelog.time-retained': '2 h',
        'num-sorted-run.compaction-trigger': '3',
        'sequence.field': ' a , b ',
      },
      true,
    );
    assert.equal(options.mergeEngine, 'partial-update');
    assert.equal(options.splitTargetBytes, 65536);
    assert.equal(options.changelogDecoupled, true);
    assert.equal(options.numLevels, 4);
    assert.deepEqual(options.sequenceFields, ['a', 'b']);
  });

  it('name the option whose value Java would not parse', () => {
    for (const raw of [{ bucket: 'x' }, { 'num-levels': '1.5' }, { 'deletion-vectors.enabled': 'yes' }]) {
      const [option] = Object.keys(raw) as [string];
      assert.throws(() => parseTableOptions(raw, true), {
        code: 'SCHEMA_INVALID',
        message: new RegExp(option),
      });
    }
  });

  it('refuse features that would be read wrongly, naming the option', () => {
    const features = [
      { 'data-evolution.enabled': 'true' },
      { 'chain-table.enabled': 'true' },
      { type: 'format-table' },
      { 'pk-clustering-override': 'true' },
      { 'deletion-vectors.merge-on-read': 'true' },
    ];
    for (const raw of features) {
      const [feature] = Object.keys(raw) as [string];
      assert.throws(() => parseTableOptions(raw, true), {
        code: 'FEATURE_UNSUPPORTED',
        message: new RegExp(feature),
      });
    }
    assert.equal(parseTableOptions({ 'data-evolution.enabled': 'false' }, true).bucket, -1);
  });
});
