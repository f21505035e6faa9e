import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DataType, Field } from '../../base/index.ts';
import { batchOf, nullVector, type Value, vectorOf } from '../arrow/index.ts';
import { constantMember, jsonLineOf, jsonLines, kindMember } from './jsonl.ts';

const SEED = Number(process.env.SEED ?? 20240229);
const nullable = true;

/** A small generator of reproducible integers (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function texts(type: DataType, values: readonly Value[]): unknown[] {
  const batch = batchOf(
    [{ id: 0, name: 'v', type }],
    values.map((v) => [v]),
  );
  const out = [...jsonLines(batch)].join('');
  return out
    .trimEnd()
    .split('\n')
    .map((line) => line.slice('{"v":'.length, -1));
}

const STRING: DataType = { kind: 'VARCHAR', nullable, length: 2147483647 };
const INT: DataType = { kind: 'INT', nullable };

describe('jsonLines', () => {
  it('prints 64-bit integers as strings without losing a digit', () => {
    assert.deepEqual(
      texts({ kind: 'BIGINT', nullable }, [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n]),
      ['"0"', '"-1"', '"9223372036854775807"', '"-9223372036854775808"', '"9007199254740992"'],
    );
  });

  it('prints floats as ECMAScript does, FLOAT widened, and keeps what JSON has no number for', () => {
    assert.deepEqual(texts({ kind: 'FLOAT', nullable }, [0.1, -0, Number.NaN]), [
      '0.10000000149011612',
      '"-0"',
      '"NaN"',
    ]);
    assert.deepEqual(
      texts({ kind: 'DOUBLE', nullable }, [1e21, 1e-7, 5e-324, 0, Infinity, -Infinity, 100, 1.5]),
      ['1e+21', '1e-7', '5e-324', '0', '"Infinity"', '"-Infinity"', '100', '1.5'],
    );
  });

  it('prints decimals with their full scale', () => {
    const small: DataType = { kind: 'DECIMAL', nullable, precision: 10, scale: 2 };
    assert.deepEqual(texts(small, [150n, -5n, 0n]), ['"1.50"', '"-0.05"', '"0.00"']);
    const wide: DataType = { kind: 'DECIMAL', nullable, precision: 38, scale: 10 };
    assert.deepEqual(texts(wide, [10n ** 38n - 1n, 1n - 10n ** 38n, -1n]), [
      '"9999999999999999999999999999.9999999999"',
      '"-9999999999999999999999999999.9999999999"',
      '"-0.0000000001"',
    ]);
    assert.deepEqual(texts({ kind: 'DECIMAL', nullable, precision: 5, scale: 0 }, [-7n]), ['"-7"']);
  });

  it('prints dates, times and timestamps with all their digits, years outside 0..9999 too', () => {
    assert.deepEqual(texts({ kind: 'DATE', nullable }, [0, -1, 19782, -719529, 2932897]), [
      '"1970-01-01"',
      '"1969-12-31"',
      '"2024-02-29"',
      '"-0001-12-31"',
      '"10000-01-01"',
    ]);
    assert.deepEqual(texts({ kind: 'TIME', nullable, precision: 3 }, [0, 86399999]), [
      '"00:00:00.000"',
      '"23:59:59.999"',
    ]);
    assert.deepEqual(texts({ kind: 'TIMESTAMP', nullable, precision: 6 }, [1n, -1n, -(2n ** 62n)]), [
      '"1970-01-01T00:00:00.000001000"',
      '"1969-12-31T23:59:59.999999000"',
      `"${microsByDate(-(2n ** 62n))}"`,
    ]);
    assert.deepEqual(texts({ kind: 'TIMESTAMP_LTZ', nullable, precision: 9 }, [-1n, 123456789n]), [
      '"1969-12-31T23:59:59.999999999Z"',
      '"1970-01-01T00:00:00.123456789Z"',
    ]);
  });

  it('escapes strings as JSON.stringify does, multi-byte or not', () => {
    const values = [
      'plain',
      '"q"\\',
      'tab\tnew\nline',
      '\u0000nul',
      '\u007f\u2028',
      '😀é中',
      '',
      '\b\f\r\u001f',
    ];
    assert.deepEqual(
      texts(STRING, values),
      values.map((v) => JSON.stringify(v)),
    );
    assert.deepEqual(texts(STRING, ['a"', null, 'b']), ['"a\\""', 'null', '"b"']);
  });

  it('orders map entries by the JSON text of the key in UTF-16 order', () => {
    const map: DataType = { kind: 'MAP', nullable, key: INT, value: STRING };
    assert.deepEqual(
      texts(map, [
        [
          [10, 'a'],
          [9, null],
          [-1, 'c'],
        ],
        [],
        null,
      ]),
      ['[[-1,"c"],[10,"a"],[9,null]]', '[]', 'null'],
    );
    const set: DataType = { kind: 'MULTISET', nullable, element: STRING };
    // U+1F600 is above U+FF5E as a character, but its first UTF-16 unit D83D is below.
    assert.deepEqual(
      texts(set, [
        [
          ['～', 2],
          ['😀', 1],
        ],
      ]),
      ['[["😀",1],["～",2]]'],
    );
  });

  it('prints nested rows and arrays, nulls at every depth', () => {
    const row: DataType = {
      kind: 'ROW',
      nullable,
      fields: [
        { id: 1, name: 'a', type: { kind: 'ARRAY', nullable, element: INT } },
        { id: 2, name: 'b "x"', type: { kind: 'VARBINARY', nullable, length: 9 } },
      ],
    };
    assert.deepEqual(texts(row, [[[1, null], Uint8Array.of(0, 255)], [null, null], null]), [
      '{"a":[1,null],"b \\"x\\"":"00ff"}',
      '{"a":null,"b \\"x\\"":null}',
      'null',
    ]);
  });

  it('puts leading members first and keeps chunks bounded', () => {
    const fields: Field[] = [{ id: 0, name: 'v', type: INT }];
    const batch = batchOf(fields, [[1], [2], [null]]);
    const kinds = vectorOf({ kind: 'TINYINT', nullable: false }, [0, 1, 3]);
    const chunks = [
      ...jsonLines(batch, { leading: [constantMember('_snapshot', 7), kindMember(kinds)], chunkChars: 50 }),
    ];
    assert.deepEqual(chunks, [
      '{"_snapshot":7,"_kind":"+I","v":1}\n{"_snapshot":7,"_kind":"-U","v":2}\n',
      '{"_snapshot":7,"_kind":"-D","v":null}\n',
    ]);
  });

  it('prints a row without columns', () => {
    assert.deepEqual([...jsonLines({ fields: [], rowCount: 2, columns: [] })], ['{}\n{}\n']);
  });

  it('prints a column of nulls', () => {
    const line = jsonLineOf({
      fields: [{ id: 0, name: 'v', type: STRING }],
      rowCount: 1,
      columns: [nullVector(STRING, 1)],
    });
    assert.equal(line(0), '{"v":null}');
  });

  it(`agrees with JavaScript's Date for days and microseconds (SEED=${SEED})`, () => {
    const next = random(SEED);
    const micros = Array.from({ length: 500 }, () => {
      // Within the days a Date holds.
      return (BigInt(next(2 ** 31)) * 4_000_000_000n + BigInt(next(1_000_000))) * (next(2) === 1 ? 1n : -1n);
    });
    assert.deepEqual(
      texts({ kind: 'TIMESTAMP', nullable, precision: 6 }, micros),
      micros.map((m) => `"${microsByDate(m)}"`),
    );
  });
});

/** The same text by way of JavaScript's Date, for instants within its range of +-8.64e15 ms. */
function microsByDate(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  let iso = '';
  let ms = (micros - rest) / 1000n;
  // 400 Gregorian years are a whole number of days; shift into range by them.
  let shiftYears = 0;
  while (ms < -8_640_000_000_000_000n) {
    ms += 12_622_780_800_000n * 100n;
    shiftYears -= 40_000;
  }
  const date = new Date(Number(ms));
  iso = date.toISOString();
  const year = date.getUTCFullYear() + shiftYears;
  const yearText = `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}`;
  return `${yearText}${iso.slice(iso.indexOf('-', 1), -1)}${String(rest).padStart(3, '0')}000`;
}
