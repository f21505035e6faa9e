import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wrapComments } from './wrap-comments.ts';

function wrapped(...lines: string[]): string[] {
  return wrapComments(lines.join('\n'), 20).split('\n');
}

describe('wrap-comments', () => {
  it('carries words over to the next line of the paragraph', () => {
    assert.deepEqual(wrapped('// one two three four five', '// six', '', '// seven'), [
      '// one two three',
      '// four five six',
      '',
      '// seven',
    ]);
  });

  it('keeps the column of labels and list items', () => {
    assert.deepEqual(wrapped('/**', ' * Shape   one two', ' *         six', ' */'), [
      '/**',
      ' * Shape   one two',
      ' *         six',
      ' */',
    ]);
    assert.deepEqual(wrapped('/**', ' * Shape   one two four', ' *         six', ' */'), [
      '/**',
      ' * Shape   one two',
      ' *         four six',
      ' */',
    ]);
    assert.deepEqual(wrapped('// - one two three four', '// - five'), [
      '// - one two three',
      '//   four',
      '// - five',
    ]);
  });

  it('opens a one-line doc comment', () => {
    assert.deepEqual(wrapped('  /** One two three four. */', '  x();'), [
      '  /**',
      '   * One two three',
      '   * four.',
      '   */',
      '  x();',
    ]);
  });

  it('sets a trailing comment above its line', () => {
    assert.deepEqual(wrapped('  call(a); // one two three'), ['  // one two three', '  call(a);']);
  });

  it('leaves code, strings, drawings and unbreakable words alone', () => {
    for (const text of [
      "const a = '// one two three four'",
      'const a = `\n// one two three four\n`',
      '// https://example.org/a/b/c',
      '// short',
    ]) {
      assert.equal(wrapComments(text, 20), text);
    }
    assert.deepEqual(wrapped('// one two three four', '//  8  length'), [
      '// one two three',
      '// four',
      '//  8  length',
    ]);
  });
});
