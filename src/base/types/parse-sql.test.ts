import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LakeError } from '../errors.ts';
import { parseType } from './parse-sql.ts';
import { printType } from './print.ts';

describe('parseType', () => {
  it('takes what printType gives', () => {
    for (const text of [
      'INT NOT NULL',
      'DECIMAL(10, 2)',
      'TIMESTAMP(3) WITH LOCAL TIME ZONE NOT NULL',
      'ARRAY<STRING NOT NULL> NOT NULL',
      'MAP<STRING, ARRAY<MAP<INT, DOUBLE>>>',
      'MULTISET<BYTES>',
      "ROW<`a` INT NOT NULL, `b c` ROW<`x``y` TIMESTAMP(9)> COMMENT 'it''s'> NOT NULL",
    ]) {
      assert.equal(printType(parseType(text)), text);
    }
  });

  it('takes what people write', () => {
    const forms: Readonly<Record<string, string>> = {
      ' integer ': 'INT',
      'double precision not null': 'DOUBLE NOT NULL',
      'decimal ( 5 ,2 )': 'DECIMAL(5, 2)',
      'INT NULL': 'INT',
      'INT NOT NULL ARRAY NOT NULL': 'ARRAY<INT NOT NULL> NOT NULL',
      'timestamp(3) without time zone': 'TIMESTAMP(3)',
      'TIMESTAMP_LTZ(3)': 'TIMESTAMP(3) WITH LOCAL TIME ZONE',
      "row < a int 'first', b array<string> >": "ROW<`a` INT COMMENT 'first', `b` ARRAY<STRING>>",
    };
    for (const [text, printed] of Object.entries(forms)) assert.equal(printType(parseType(text)), printed);
  });

  it('says where a text stops being a type', () => {
    for (const text of [
      '',
      'INT INT',
      'ARRAY<INT',
      'MAP<INT>',
      'ROW<>',
      'ROW<a>',
      'DECIMAL(39)',
      'INT>',
      '(',
      'ARRAY<',
    ]) {
      assert.throws(
        () => parseType(text),
        (e) => e instanceof LakeError && e.code === 'ARGUMENT_INVALID' && e.message.includes('character'),
        text,
      );
    }
    assert.throws(() => parseType('VARIANT'), { code: 'FEATURE_UNSUPPORTED' });
    assert.throws(() => parseType('ARRAY<'.repeat(100)), { code: 'ARGUMENT_INVALID' });
  });
});
