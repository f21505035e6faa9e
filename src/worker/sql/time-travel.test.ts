import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { extractTimeTravel, TRAVEL_MARK } from './time-travel.ts';

/** The result with the mark as `@`. */
function shown(text: string): { sql: string; travels: readonly object[] } {
  const { sql, travels } = extractTimeTravel(text);
  return { sql: sql.replaceAll(TRAVEL_MARK, '@'), travels };
}

describe('time travel in SQL', () => {
  const cases: [string, string, object[]][] = [
    ['SELECT * FROM db.t VERSION AS OF 3', 'SELECT * FROM db."t@0" ', [{ version: '3' }]],
    ["SELECT * FROM db.t for version as of 'my tag' x", 'SELECT * FROM db."t@0"  x', [{ version: 'my tag' }]],
    [
      "SELECT * FROM t TIMESTAMP AS OF '2026-01-31' WHERE a",
      'SELECT * FROM "t@0"  WHERE a',
      [{ timestamp: '2026-01-31' }],
    ],
    ["FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2026-01-31'", 'FROM "t@0" ', [{ timestamp: '2026-01-31' }]],
    ['FROM db.t AT (VERSION => 7) JOIN db.u', 'FROM db."t@0"  JOIN db.u', [{ version: '7' }]],
    ['FROM `my db`.`t` VERSION AS OF 1', 'FROM "my db"."t@0" ', [{ version: '1' }]],
    [
      'FROM a VERSION AS OF 1, b VERSION AS OF 2',
      'FROM "a@0" , "b@1" ',
      [{ version: '1' }, { version: '2' }],
    ],
    ['SELECT `a b` FROM t', 'SELECT "a b" FROM t', []],
    [
      'SELECT \'x VERSION AS OF 3\', "y VERSION AS OF 3" -- t VERSION AS OF 3\nFROM t /* VERSION AS OF 3 */',
      '',
      [],
    ],
    ["SELECT timestamp '2020-01-01' AS of_, version as v FROM t", '', []],
    ['SELECT $$t VERSION AS OF 3$$', '', []],
    ["SELECT e'it\\'s t VERSION AS OF 3'", '', []],
  ];
  for (const [text, sql, travels] of cases) {
    it(text, () => assert.deepEqual(shown(text), { sql: sql || text, travels }));
  }

  it('refuses a clause without a value', () => {
    assert.throws(() => extractTimeTravel('FROM t VERSION AS OF x'), /expected a snapshot id/);
    assert.throws(() => extractTimeTravel("SELECT 'x"), /never closed/);
  });
});
