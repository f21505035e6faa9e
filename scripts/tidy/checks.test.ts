// The checks themselves: each must find what it is there for, and leave good code alone.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkGlossary, checkPublicDocs } from './documentation.ts';
import { checkCycles, checkImports, LADDER, NATIVE_ADAPTERS } from './imports.ts';
import { checkMarks, checkNames, checkSkips } from './names.ts';
import { checkPurity } from './purity.ts';
import { checkSizes, FILE_LINES_MAX, FUNCTION_LINES_MAX, functionSpans } from './sizes.ts';
import { type Finding, source } from './source.ts';

const none: string[] = [];

function messages(findings: readonly Finding[]): string[] {
  return findings.map((finding) => finding.message);
}

function imports(path: string, text: string): string[] {
  return messages(checkImports([source(path, text)], new Set(['hyparquet', '@scope/name'])));
}

describe('the ladder', () => {
  it('refuses an import upwards', () => {
    assert.deepEqual(imports('src/format/a.ts', "import { x } from '../table/index.ts'"), [
      'imports up the ladder: format from table',
    ]);
  });

  it('refuses an import sideways', () => {
    assert.deepEqual(imports('src/store/a.ts', "import { x } from '../memory/index.ts'"), [
      'imports sideways the ladder: store from memory',
    ]);
  });

  it('counts type imports, re-exports and dynamic imports', () => {
    for (const text of [
      "import type { X } from '../table/index.ts'",
      "export * from '../table/index.ts'",
      "const x = await import('../table/index.ts')",
      "let x: import('../table/index.ts').X",
    ]) {
      assert.equal(imports('src/base/a.ts', text).length, 1, text);
    }
  });

  it('lets imports go down, over any number of steps', () => {
    assert.deepEqual(imports('src/bin/a.ts', "import { x } from '../base/index.ts'"), none);
    assert.deepEqual(imports('src/bin/a.ts', "import { x } from '../index.ts'"), none);
    assert.deepEqual(imports('src/index.ts', "export { x } from './worker/index.ts'"), none);
  });

  it('keeps the library from importing its own door', () => {
    assert.deepEqual(imports('src/table/a.ts', "import { x } from '../index.ts'"), [
      'imports up the ladder: table from index.ts',
    ]);
  });

  it('enters a folder through its index.ts only', () => {
    const wrong = "import { x } from '../base/errors.ts'";
    assert.deepEqual(imports('src/codec/a.ts', wrong), [
      'imports src/base/errors.ts; enter base through its index.ts',
    ]);
    assert.equal(imports('test/a.test.ts', "import { x } from '../src/base/errors.ts'").length, 1);
    assert.deepEqual(imports('src/codec/avro/a.ts', "import { x } from '../json.ts'"), none);
  });

  it('keeps files inside a folder away from its index.ts', () => {
    assert.equal(imports('src/codec/avro/a.ts', "import { x } from '../index.ts'").length, 1);
    assert.deepEqual(imports('src/codec/avro/a.test.ts', "import { x } from '../index.ts'"), none);
  });

  it('refuses folders it does not know', () => {
    assert.equal(imports('src/bin/a.ts', "import { x } from '../extra/index.ts'").length, 1);
    assert.equal(imports('src/extra/a.ts', "import { x } from '../base/index.ts'").length, 1);
  });

  it('has each folder once', () => {
    const all = LADDER.flat();
    assert.equal(new Set(all).size, all.length);
  });
});

describe('packages', () => {
  it('keeps native modules in their adapters', () => {
    for (const name of ['@duckdb/node-api', 'koffi', '@duckdb/node-bindings']) {
      assert.equal(imports('src/engine/query.ts', `import x from '${name}'`).length, 1);
      assert.deepEqual(imports(NATIVE_ADAPTERS[0] as string, `import x from '${name}'`), none);
    }
    assert.equal(imports('src/engine/query.ts', "const x = require('koffi')").length, 1);
  });

  it('has at most three adapters', () => {
    assert.ok(NATIVE_ADAPTERS.length <= 3);
    assert.equal(checkImports([], new Set(), ['a', 'b', 'c', 'd']).length, 1);
  });

  it('refuses packages that package.json does not name', () => {
    assert.deepEqual(imports('src/codec/a.ts', "import x from 'hyparquet/src/a.js'"), none);
    assert.deepEqual(imports('src/codec/a.ts', "import x from '@scope/name/a'"), none);
    assert.equal(imports('src/codec/a.ts', "import x from 'left-pad'").length, 1);
  });

  it('lets format, codec and tree do no I/O', () => {
    for (const folder of ['format', 'codec', 'tree']) {
      assert.equal(imports(`src/${folder}/a.ts`, "import { open } from 'node:fs/promises'").length, 1);
      assert.deepEqual(imports(`src/${folder}/a.test.ts`, "import { open } from 'node:fs/promises'"), none);
      assert.deepEqual(imports(`src/${folder}/a.ts`, "import { inflateSync } from 'node:zlib'"), none);
    }
    assert.deepEqual(imports('src/store/a.ts', "import { open } from 'node:fs/promises'"), none);
  });
});

describe('cycles', () => {
  it('finds a cycle of files, through type imports too', () => {
    const found = checkCycles([
      source('src/base/a.ts', "import { b } from './b.ts'"),
      source('src/base/b.ts', "import type { c } from './c.ts'"),
      source('src/base/c.ts', "export { a } from './a.ts'"),
    ]);
    assert.deepEqual(messages(found), [
      'import cycle: src/base/a.ts > src/base/b.ts > src/base/c.ts > src/base/a.ts',
    ]);
  });

  it('finds a cycle of sub-folders where no file has one', () => {
    const found = checkCycles([
      source('src/table/plan/a.ts', "import { b } from '../read/b.ts'"),
      source('src/table/read/b.ts', ''),
      source('src/table/read/c.ts', "import { d } from '../plan/d.ts'"),
      source('src/table/plan/d.ts', ''),
    ]);
    assert.deepEqual(messages(found), ['import cycle: src/table/plan > src/table/read > src/table/plan']);
  });

  it('accepts a diamond', () => {
    const found = checkCycles([
      source('src/base/a.ts', "import './b.ts'; import './c.ts'"),
      source('src/base/b.ts', "import './d.ts'"),
      source('src/base/c.ts', "import './d.ts'"),
      source('src/base/d.ts', ''),
    ]);
    assert.deepEqual(found, []);
  });
});

describe('sizes', () => {
  const body = 'x();\n'.repeat(FUNCTION_LINES_MAX);

  it('finds a long file and a wide line', () => {
    assert.equal(checkSizes([source('src/base/a.ts', '\n'.repeat(FILE_LINES_MAX + 1))]).length, 1);
    assert.equal(checkSizes([source('src/base/a.ts', '\n'.repeat(FILE_LINES_MAX))]).length, 0);
    assert.equal(checkSizes([source('src/base/a.ts', `// ${'x'.repeat(110)}`)]).length, 1);
  });

  it('finds a long function in every form', () => {
    for (const head of [
      'function f() {',
      'export async function* f<T extends { a: 1 }>(a: T = {}): AsyncGenerator<{ a: T }> {',
      'const f = (a: number): number => {',
      'class A { static async #f(): Promise<void> {',
      'class A { constructor(readonly a: number) {',
      'class A { get a(): { b: number } | undefined {',
      'const o = { [Symbol.iterator]() {',
      'function is(a: unknown): a is string {',
      'f(({ a, b }) => {',
      'const f = (a: number) => ({ a: [',
    ]) {
      const found = messages(checkSizes([source('src/base/a.ts', `${head}\n${body}}]})}`)]));
      assert.ok(found.length > 0, head);
    }
  });

  it('measures from the name to the closing brace', () => {
    const code = source(
      'src/base/a.ts',
      'function f(\n  a: number,\n): { b: number } {\n  return { b: a };\n}\n',
    ).code;
    assert.deepEqual(functionSpans(code), [{ name: 'f', line: 1, lines: 5 }]);
  });

  it('takes no control flow, call or type for a function', () => {
    for (const text of [
      `if (a) {\n${body}}`,
      `for (const a of b()) {\n${body}}`,
      `switch (f(a)) {\n${body}}`,
      `try {\n${body}} catch (error) {\n${body}}`,
      `const x = a ? f(b) : {\n${body}}`,
      `class A {\n${body}}`,
      `const s = \`\${f(a)} {\n${body}}\``,
    ]) {
      assert.deepEqual(checkSizes([source('src/base/a.ts', text)]), [], text.slice(0, 30));
    }
  });

  it('does not measure functions of tests', () => {
    assert.deepEqual(checkSizes([source('src/base/a.test.ts', `function f() {\n${body}}`)]), []);
    assert.deepEqual(checkSizes([source('src/base/a.fuzz.ts', `function f() {\n${body}}`)]), []);
  });
});

describe('clock and randomness', () => {
  const found = (text: string, path = 'src/table/a.ts'): number => checkPurity([source(path, text)]).length;

  it('finds each of them outside base', () => {
    for (const text of [
      'Date.now()',
      'new Date()',
      'new Date',
      'Date()',
      'Math.random()',
      'performance.now()',
      'process.hrtime.bigint()',
      "import { randomUUID } from 'node:crypto'",
      'crypto.randomUUID()',
      'crypto.getRandomValues(a)',
    ]) {
      assert.ok(found(text) > 0, text);
      assert.equal(found(text, 'src/base/clock.ts'), 0, text);
      assert.equal(found(text, 'src/table/a.test.ts'), 0, text);
    }
  });

  it('leaves dates made from a value, and other things of that name', () => {
    for (const text of [
      'new Date(0)',
      'new Date(a, b)',
      'Date.UTC(1970)',
      'table.performance',
      '// Date.now()',
      "'Date.now()'",
    ]) {
      assert.equal(found(text), 0, text);
    }
  });
});

describe('names and marks', () => {
  it('refuses names that say nothing, and other cases than kebab', () => {
    for (const path of [
      'src/base/utils.ts',
      'src/base/avro-helpers.ts',
      'src/common/a.ts',
      'src/base/lock-manager.test.ts',
      'src/base/fooBar.ts',
      'src/base/Foo.ts',
      'src/base/foo_bar.ts',
    ]) {
      assert.equal(checkNames([source(path, '')]).length, 1, path);
    }
    assert.deepEqual(checkNames([source('src/table/commit.retry.test.ts', '')]), []);
  });

  it('finds unfinished marks in comments and strings', () => {
    const mark = 'TO' + 'DO';
    assert.equal(checkMarks([source('src/base/a.ts', `// ${mark}: later`)]).length, 1);
    assert.equal(checkMarks([source('src/base/a.ts', `throw new Error('${mark}')`)]).length, 1);
    assert.deepEqual(checkMarks([source('src/base/a.ts', '// todos are fine as a word')]), []);
  });

  it('finds default exports, enums and namespaces', () => {
    for (const text of ['export default 1', 'enum A { b }', 'const enum A { b }', 'namespace A { }']) {
      assert.equal(checkMarks([source('src/base/a.ts', text)]).length, 1, text);
    }
    assert.deepEqual(checkMarks([source('src/base/a.ts', 'const a = { enum: 1, default: 2 }')]), []);
  });

  it('wants a reason for a test that does not run', () => {
    const skips = (text: string): number => checkSkips([source('src/base/a.test.ts', text)]).length;
    for (const [name, action] of [
      ['it', 'only'],
      ['describe', 'only'],
      ['test', 'skip'],
      ['it', 'todo'],
    ]) {
      assert.equal(skips(`${name}.${action}('reads a table', () => {})`), 1);
    }
    assert.equal(skips("it('reads', { skip: true }, f)"), 1);
    assert.equal(skips("it.skip('reads ORC files: needs the decoder of a later issue', f)"), 0);
    assert.equal(skips("it('reads', { skip: !java && 'needs Java' }, f)"), 0);
  });
});

describe('documentation', () => {
  const entry = 'src/index.ts';

  it('finds undocumented symbols behind every form of re-export', () => {
    const found = checkPublicDocs(
      [
        source(
          entry,
          "export * from './a.ts';\nexport { b as c, type D } from './b.ts';\nexport * as e from './e.ts';",
        ),
        source('src/a.ts', '/** The first of all letters. */\nexport const a = 1;\nexport function a2() {}'),
        source(
          'src/b.ts',
          'const b = 1;\ninterface D { a: number }\nconst hidden = 1;\nexport { b, D, hidden };',
        ),
        source('src/e.ts', 'export class E {}'),
      ],
      entry,
    );
    assert.deepEqual(found.map((finding) => `${finding.path} ${finding.message.split(' ')[0]}`).sort(), [
      'src/a.ts a2',
      'src/b.ts D',
      'src/b.ts b',
      'src/e.ts E',
    ]);
  });

  it('takes only a doc comment for a doc comment', () => {
    const text =
      '// Not one of those, though it is long.\nexport const a = 1;\n/** x */\nexport const b = 1;';
    assert.equal(checkPublicDocs([source(entry, text)], entry).length, 2);
    const good = '/** Says enough about what it is. */\n// biome-ignore x: y\nexport abstract class A {}';
    assert.deepEqual(checkPublicDocs([source(entry, good)], entry), []);
  });

  it('does not let one comment document two symbols', () => {
    const text = '/** Says enough about what it is. */\nexport const a = f({ b: 1 });\nexport const c = 1;';
    assert.equal(checkPublicDocs([source(entry, text)], entry).length, 1);
  });

  it('finds words the glossary does not explain, and entries out of order', () => {
    const text =
      '- **bucket** is one of the parts a table is cut into.\n- **apple** is here to be out of order.\n';
    assert.deepEqual(messages(checkGlossary(text, ['bucket', 'tag'])), [
      "does not explain 'tag'",
      "'apple' comes after 'bucket'; keep it sorted",
    ]);
  });
});
