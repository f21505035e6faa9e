// pypaimon reads the golden tables as we do. Runs where pypaimon is; says so where it is not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findPypaimon, PYTHON, skipWithout } from '../interop/tools.ts';

const AGREE = fileURLToPath(new URL('agree.py', import.meta.url));

describe('tables read by pypaimon and here', { skip: skipWithout(findPypaimon()) }, () => {
  it('hold the same rows', () => {
    const { status, stdout, stderr } = spawnSync(PYTHON, [AGREE], { encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
    assert.ok(Number(/^(\d+) tables agree/.exec(stdout)?.[1]) >= 40, stdout);
  });
});
