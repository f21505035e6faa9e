// test/data/casts/java-casts.jsonl was printed by Java Paimon 1.4.2: for every pair of types the cast that
// SchemaEvolutionUtil.createCastExecutor gives (no `cases` when it gives none), applied to edge and random
// values in UTC. Values are in the project's encoding; "!" is a failed cast.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type DataType, LakeError, parseDataType } from '../../base/index.ts';
import { type Value, type Vector, valueAt, vectorOf } from '../arrow/index.ts';
import { jsonColumn } from '../text/json-column.ts';
import { parseCell } from '../text/parse-value.ts';
import { castableInPlace, resolveCast } from './cast.ts';
import { javaDoubleText, javaFloatText } from './java-double.ts';

interface Pair {
  readonly from: unknown;
  readonly to: unknown;
  readonly cases?: readonly (readonly [input: unknown, output: unknown])[];
}

const DATA = new URL('../../../test/data/casts/java-casts.jsonl', import.meta.url);
const PLACE = { file: 'java-casts.jsonl', column: 'v' };

function castOne(from: DataType, to: DataType, input: unknown): string {
  const cast = resolveCast(from, to);
  assert.ok(cast !== undefined);
  try {
    return jsonColumn(to, cast(vectorOf(from, [parseCell(from, input)])))(0);
  } catch (error) {
    assert.ok(error instanceof LakeError, String(error));
    return error.code === 'VALUE_CAST_FAILED' ? '"!"' : error.code;
  }
}

function precisionOf(type: DataType): number {
  return type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ' ? type.precision : -1;
}

describe('resolveCast', () => {
  it('casts every value as Java does', () => {
    const lines = readFileSync(DATA, 'utf8').trimEnd().split('\n');
    let compared = 0;
    for (const line of lines) {
      const pair = JSON.parse(line) as Pair;
      const from = parseDataType(pair.from, PLACE);
      const to = parseDataType(pair.to, PLACE);
      const label = `${JSON.stringify(pair.from)} -> ${JSON.stringify(pair.to)}`;
      assert.equal(resolveCast(from, to) === undefined, pair.cases === undefined, label);
      for (const [input, output] of pair.cases ?? []) {
        const expected = JSON.stringify(output);
        const actual = castOne(from, to, input);
        compared++;
        if (actual === expected || isKnown(from, to, input, expected, actual)) continue;
        assert.fail(`${label}: ${JSON.stringify(input)} gives ${actual}, in Java ${expected}`);
      }
    }
    assert.ok(compared > 10_000, `${compared} values compared`);
  });

  it('drops no field and invents none when rows evolve', () => {
    const nullable = true;
    const text: DataType = { kind: 'VARCHAR', nullable, length: 2147483647 };
    const int: DataType = { kind: 'INT', nullable };
    const from: DataType = {
      kind: 'ROW',
      nullable,
      fields: [
        { id: 4, name: 'a', type: text },
        { id: 5, name: 'b', type: int },
      ],
    };
    const to: DataType = {
      kind: 'ROW',
      nullable,
      fields: [
        { id: 5, name: 'renamed', type: { kind: 'BIGINT', nullable } },
        { id: 6, name: 'a', type: text },
      ],
    };
    const rows: Value[] = [['x', 7], null, [null, null]];
    const out = resolveCast(from, to)?.(vectorOf(from, rows)) as Vector;
    assert.deepEqual(
      [0, 1, 2].map((i) => valueAt(out, i)),
      [[7n, null], null, [null, null]],
    );
  });

  it('does not touch what lies under null rows', () => {
    const nullable = true;
    const list: DataType = { kind: 'ARRAY', nullable, element: { kind: 'VARCHAR', nullable, length: 9 } };
    const to: DataType = { kind: 'ARRAY', nullable, element: { kind: 'INT', nullable } };
    const good = vectorOf(list, [['not a number'], ['7']]);
    const out = resolveCast(list, to)?.({ ...good, validity: Uint8Array.of(0b10) }) as Vector;
    assert.deepEqual(
      [0, 1].map((i) => valueAt(out, i)),
      [null, [7]],
    );
  });
});

/** Where Spillway differs from Java on purpose; every case is named at `resolveCast`. */
function isKnown(from: DataType, to: DataType, input: unknown, expected: string, actual: string): boolean {
  const cut = precisionOf(from) > 6 && precisionOf(to) >= 0 && precisionOf(to) <= 6;
  // Java leaves nanoseconds in a type of microseconds.
  if (cut && expected.slice(0, 27) === actual.slice(0, 27)) return true;
  // Years that 64 bits of microseconds do not reach.
  if (actual === 'VALUE_OUT_OF_RANGE') return /^"-?\d{6,9}-/.test(expected);
  // Java's julian arithmetic fails before the year -4800.
  return (
    from.kind === 'DATE' &&
    to.kind === 'TIMESTAMP_LTZ' &&
    expected === '"!"' &&
    /^-[45]\d{3}-/.test(String(input))
  );
}

describe('castableInPlace', () => {
  it('is true only where the bytes stay', () => {
    const time = (kind: 'TIMESTAMP' | 'TIMESTAMP_LTZ', precision: number): DataType => ({
      kind,
      nullable: true,
      precision,
    });
    assert.equal(castableInPlace(time('TIMESTAMP', 3), time('TIMESTAMP_LTZ', 6)), true);
    assert.equal(castableInPlace(time('TIMESTAMP', 6), time('TIMESTAMP', 9)), false);
    assert.equal(castableInPlace({ kind: 'INT', nullable: false }, { kind: 'INT', nullable: true }), true);
    assert.equal(castableInPlace({ kind: 'INT', nullable: true }, { kind: 'BIGINT', nullable: true }), false);
  });
});

describe('javaDoubleText', () => {
  it('prints as Java 17 does, also where that is not the shortest text', () => {
    // Printed by Java 17's Double.toString and Float.toString.
    const doubles: readonly (readonly [number, string])[] = [
      [1e7, '1.0E7'],
      [0.001, '0.001'],
      [1e-4, '1.0E-4'],
      [123456.789, '123456.789'],
      [-0, '-0.0'],
      [-594798593157429100, '-5.9479859315742912E17'],
      [1.044048714879764e-53, '1.0440487148797639E-53'],
      [-9103770306483490000, '-9.1037703064834898E18'],
      [92698085241473570, '9.2698085241473568E16'],
    ];
    for (const [value, text] of doubles) assert.equal(javaDoubleText(value), text);
    const floats: readonly (readonly [number, string])[] = [
      [0.1, '0.1'],
      [-5.947986e17, '-5.9479861E17'],
      [9.269808e16, '9.2698082E16'],
      [1e-44, '9.8E-45'],
      [7.96912e18, '7.9691201E18'],
    ];
    for (const [value, text] of floats) assert.equal(javaFloatText(Math.fround(value)), text);
  });
});
