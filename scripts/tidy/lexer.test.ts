import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lex } from './lexer.ts';

function kinds(text: string): string[] {
  return lex(text).map((token) => `${token.kind} ${token.text}`);
}

describe('lexer', () => {
  it('does not take comment marks inside strings for comments', () => {
    assert.deepEqual(kinds('a(\'//\', "/*")'), [
      'word a',
      'mark (',
      'string //',
      'mark ,',
      'string /*',
      'mark )',
    ]);
  });

  it('reads escaped quotes as part of the string', () => {
    assert.deepEqual(kinds("'a\\'b' c"), ["string a\\'b", 'word c']);
  });

  it('goes in and out of nested templates', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template, to be cut up
    const text = '`a${f({ x: `b${1}` })}c` d';
    assert.deepEqual(
      lex(text)
        .filter((token) => token.kind === 'template')
        .map((token) => token.text),
      ['`a${', '`b${', '}`', '}c`'],
    );
    assert.equal(lex(text).at(-1)?.text, 'd');
  });

  it('tells a regular expression from a division', () => {
    assert.deepEqual(
      kinds('a / b / c').filter((kind) => kind.startsWith('regex')),
      [],
    );
    assert.ok(kinds('x = /[/"]\\//g.test(y)').includes('regex /[/"]\\//g'));
    assert.ok(kinds('return /"/').includes('regex /"/'));
  });

  it('counts lines through comments and templates', () => {
    const [comment, template, word] = lex('/* 1\n2 */\n`3\n4`\nfive');
    assert.deepEqual([comment?.line, comment?.lastLine], [1, 2]);
    assert.deepEqual([template?.line, template?.lastLine], [3, 4]);
    assert.equal(word?.line, 5);
  });

  it('ends on text that is cut off', () => {
    for (const text of ["'abc", '`abc', '`a${', '/* abc', '/abc', 'a\\']) assert.ok(lex(text).length > 0);
  });
});
