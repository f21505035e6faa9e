import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseType } from '../../../base/index.ts';
import type { Annotation } from '../annotation.ts';
import { type ParquetLeaf, PHYSICAL } from '../schema.ts';
import { planLeaf } from './leaf-plan.ts';

const NONE: Annotation = { kind: 'none' };

/** How a leaf becomes a type: the layout, or `bool`, `bytes`, `no`. */
function plan(physical: keyof typeof PHYSICAL, annotation: Annotation, type: string, length = 0): string {
  const leaf: ParquetLeaf = {
    ...{ path: ['c'], type: PHYSICAL[physical], length, annotation, index: 0, definition: 1, repeats: 0 },
    ...{ element: 0, text: false, typeAt: 0, lengthAt: undefined },
  };
  const made = planLeaf(leaf, parseType(type));
  return made === undefined ? 'no' : made.kind === 'fixed' ? made.layout : made.kind;
}

describe('planLeaf', () => {
  it('takes numbers by how they are stored, signed or not, as Java does', () => {
    assert.equal(plan('INT32', NONE, 'INT'), 'i32');
    assert.equal(plan('INT32', NONE, 'TINYINT'), 'i8');
    assert.equal(plan('INT32', { kind: 'integer', bits: 32, signed: false }, 'INT'), 'i32');
    assert.equal(plan('INT32', { kind: 'integer', bits: 8, signed: false }, 'SMALLINT'), 'i16');
    assert.equal(plan('INT64', { kind: 'integer', bits: 64, signed: false }, 'BIGINT'), 'i64');
    assert.equal(plan('INT32', { kind: 'date' }, 'DATE'), 'i32');
    assert.equal(plan('INT32', { kind: 'time', unit: 'millis' }, 'TIME'), 'i32');
    assert.equal(plan('BOOLEAN', NONE, 'BOOLEAN'), 'bool');
    assert.equal(plan('FLOAT', NONE, 'FLOAT'), 'f32');
    assert.equal(plan('DOUBLE', NONE, 'DOUBLE'), 'f64');
  });

  it('widens nothing: Java would read beyond the values', () => {
    for (const [physical, type] of [
      ['INT32', 'BIGINT'],
      ['INT64', 'INT'],
      ['FLOAT', 'DOUBLE'],
      ['INT32', 'DOUBLE'],
      ['INT64', 'TIME'],
      ['INT64', 'BOOLEAN'],
      ['INT96', 'BIGINT'],
      ['BYTE_ARRAY', 'INT'],
      ['INT32', 'STRING'],
      ['INT32', 'TIMESTAMP(3)'],
      ['FLOAT', 'DECIMAL(9, 2)'],
    ] as const) {
      assert.equal(plan(physical, NONE, type), 'no', `${physical} as ${type}`);
    }
  });

  it('takes timestamps by their unit, by their digits where none is said', () => {
    const unit = (unit: 'millis' | 'micros' | 'nanos'): Annotation => ({ kind: 'timestamp', unit });
    assert.equal(plan('INT64', unit('millis'), 'TIMESTAMP(3)'), 'i64');
    assert.equal(plan('INT64', unit('micros'), 'TIMESTAMP(6)'), 'i64');
    assert.equal(plan('INT64', unit('nanos'), 'TIMESTAMP(9)'), 'i128');
    assert.equal(plan('INT64', unit('nanos'), 'TIMESTAMP(6)'), 'no');
    for (const type of ['TIMESTAMP(0)', 'TIMESTAMP(6)', 'TIMESTAMP(3) WITH LOCAL TIME ZONE']) {
      assert.equal(plan('INT64', NONE, type), 'i64');
      assert.equal(plan('INT96', NONE, type), 'i64');
    }
    assert.equal(plan('INT64', NONE, 'TIMESTAMP(9)'), 'i128');
    assert.equal(plan('INT96', NONE, 'TIMESTAMP(9)'), 'i128');
    assert.equal(plan('INT64', NONE, 'TIMESTAMP(9) WITH LOCAL TIME ZONE'), 'no');
  });

  it('takes decimals of the same scale, stored in any of four ways', () => {
    const decimal: Annotation = { kind: 'decimal', precision: 9, scale: 2 };
    assert.equal(plan('INT32', decimal, 'DECIMAL(9, 2)'), 'i64');
    assert.equal(plan('INT32', NONE, 'DECIMAL(9, 2)'), 'i64');
    assert.equal(plan('INT64', decimal, 'DECIMAL(20, 2)'), 'i128');
    assert.equal(plan('FIXED_LEN_BYTE_ARRAY', decimal, 'DECIMAL(20, 2)', 9), 'i128');
    assert.equal(plan('BYTE_ARRAY', decimal, 'DECIMAL(9, 2)'), 'i64');
    assert.equal(plan('INT32', decimal, 'DECIMAL(9, 3)'), 'no');
    assert.equal(plan('BYTE_ARRAY', NONE, 'DECIMAL(9, 2)'), 'no');
    assert.equal(plan('FIXED_LEN_BYTE_ARRAY', NONE, 'DECIMAL(20, 2)', 9), 'no');
    assert.equal(plan('INT32', decimal, 'INT'), 'no');
  });

  it('takes binaries of any annotation, those of one length for binary types', () => {
    for (const kind of ['none', 'string', 'enum', 'other'] as const) {
      assert.equal(plan('BYTE_ARRAY', { kind }, 'STRING'), 'bytes');
      assert.equal(plan('BYTE_ARRAY', { kind }, 'BYTES'), 'bytes');
      assert.equal(plan('FIXED_LEN_BYTE_ARRAY', { kind }, 'BINARY(4)', 4), 'bytes');
    }
    assert.equal(plan('FIXED_LEN_BYTE_ARRAY', NONE, 'STRING', 4), 'no');
  });
});
