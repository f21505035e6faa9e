import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DataType, parseTypeText } from '../base/index.ts';
import { castText, localDateTimeText, objectText } from './object-text.ts';

const type = (text: string): DataType => parseTypeText(text, { file: 'test', column: 'c' });

describe('text of values', () => {
  it('differs between objects and casts', () => {
    assert.equal(objectText(type('DATE'), 19000), '19000');
    assert.equal(castText(type('DATE'), 19000), '2022-01-08');
    assert.equal(objectText(type('STRING'), new TextEncoder().encode('中')), '中');
    assert.equal(objectText(type('INT'), null), 'null');
    assert.equal(objectText(type('BYTES'), new Uint8Array(1)), undefined);
    assert.equal(objectText(type('INT ARRAY'), [1]), undefined);
  });
});

describe('LocalDateTime text', () => {
  it('is that of Java', () => {
    const second = 1_000_000_000n;
    assert.equal(localDateTimeText(0n), '1970-01-01T00:00');
    assert.equal(localDateTimeText(-1n), '1969-12-31T23:59:59.999999999');
    assert.equal(localDateTimeText(second), '1970-01-01T00:00:01');
    assert.equal(localDateTimeText(1_000_000n), '1970-01-01T00:00:00.001');
    assert.equal(localDateTimeText(1000n), '1970-01-01T00:00:00.000001');
    assert.equal(localDateTimeText(253402300800n * second), '+10000-01-01T00:00');
    assert.equal(localDateTimeText(-62198755200n * second), '-0001-01-01T00:00');
  });
});
