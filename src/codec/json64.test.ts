import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NESTING_DEPTH_MAX } from '../base/index.ts';
import { parseJson, printJson } from './json64.ts';

describe('json64', () => {
  it('keeps 64-bit integers exact', () => {
    const text =
      '{"max":9223372036854775807,"min":-9223372036854775808,"odd":9007199254740993,"safe":9007199254740991}';
    const value = parseJson(text, 'f');
    assert.deepEqual(value, {
      max: 9223372036854775807n,
      min: -9223372036854775808n,
      odd: 9007199254740993n,
      safe: 9007199254740991,
    });
    assert.equal(printJson(value), text);
  });

  it('agrees with JSON.parse and JSON.stringify where no big integer occurs', () => {
    const values = [
      null,
      true,
      [],
      {},
      [1, -0, 1.5, -2e-7, 1e21, 123456789012],
      { a: { b: [null, 'x\n"\\\u2028é😀\ud800'] }, '': 1 },
      [[], [[]], { x: {} }],
    ];
    for (const value of values) {
      for (const indent of [0, 2]) {
        const text = JSON.stringify(value, undefined, indent);
        assert.deepEqual(parseJson(text, 'f'), JSON.parse(text));
        assert.equal(printJson(value, indent), text);
      }
    }
  });

  it('takes a member called __proto__ as a member', () => {
    const value = parseJson('{"__proto__":{"x":1}}', 'f') as Record<string, unknown>;
    assert.deepEqual(Object.keys(value), ['__proto__']);
    assert.equal(value.x, undefined);
  });

  it('refuses what is not JSON, naming file and place', () => {
    const bad = [
      '',
      '{',
      '[1,]',
      '{"a" 1}',
      '{a:1}',
      '01',
      '1 2',
      '"\n"',
      '"\\x"',
      '"abc',
      'tru',
      '-',
      '[1',
      '{"a":1,}',
    ];
    for (const text of bad) {
      assert.throws(() => JSON.parse(text), text);
      assert.throws(() => parseJson(text, 'snapshot-7'), {
        kind: 'corrupt',
        message: /snapshot-7 at byte \d+/,
      });
    }
    assert.throws(() => parseJson('9'.repeat(500), 'f'), { kind: 'corrupt' });
  });

  it('bounds the nesting', () => {
    const nested = (n: number) => '['.repeat(n) + ']'.repeat(n);
    parseJson(nested(NESTING_DEPTH_MAX), 'f');
    assert.throws(() => parseJson(nested(NESTING_DEPTH_MAX + 2), 'f'), { kind: 'corrupt' });
    assert.throws(() => parseJson('['.repeat(5_000_000), 'f'), { kind: 'corrupt' });
  });
});
