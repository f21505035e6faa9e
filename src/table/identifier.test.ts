import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseIdentifier, printIdentifier } from './identifier.ts';

describe('table names', () => {
  it('may have a branch, a system table or both', () => {
    assert.deepEqual(parseIdentifier('db.t'), { database: 'db', table: 't' });
    assert.deepEqual(parseIdentifier('db.t$snapshots'), { database: 'db', table: 't', system: 'snapshots' });
    assert.deepEqual(parseIdentifier('db.t$branch_b'), { database: 'db', table: 't', branch: 'b' });
    assert.deepEqual(parseIdentifier('db.t$branch_b$files'), {
      database: 'db',
      table: 't',
      branch: 'b',
      system: 'files',
    });
  });

  it('keep dots after the first in the table name', () => {
    assert.deepEqual(parseIdentifier('db.a.b'), { database: 'db', table: 'a.b' });
  });

  it('take the main branch for none', () => {
    assert.deepEqual(parseIdentifier('db.t$branch_main'), { database: 'db', table: 't' });
  });

  it('are printed as they are read', () => {
    for (const name of ['db.t', 'db.t$files', 'db.t$branch_b', 'db.t$branch_b$files']) {
      assert.equal(printIdentifier(parseIdentifier(name)), name);
    }
  });

  it('are refused when a part is missing, too many, or a path', () => {
    const bad = ['t', '.t', 'db.', 'db.t$', 'db.t$a$b', 'db.t$branch_b$c$d', 'db.../x', 'db...', 'a/b.t'];
    for (const name of bad) assert.throws(() => parseIdentifier(name), { code: 'ARGUMENT_INVALID' }, name);
  });
});
