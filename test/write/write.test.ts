// What a write promises of its values, kinds, overwrites and crashes, through the library and the command.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Lake, openLake, type Row, type WriteOptions, type WriteRow } from '../../src/index.ts';

let warehouse: string;
let lake: Lake;

before(async () => {
  warehouse = mkdtempSync(join(tmpdir(), 'spillway-write-'));
  mkdirSync(join(warehouse, 'd.db'));
  lake = await openLake({ warehouse, memory: '512mb' });
});
after(async () => {
  await lake.close();
  rmSync(warehouse, { recursive: true });
});

interface ColumnShape {
  readonly type: unknown;
  readonly defaultValue?: string;
}

interface Shape {
  readonly fields: Readonly<Record<string, string | ColumnShape>>;
  readonly keys?: readonly string[];
  readonly partitions?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}

function create(name: string, { fields, keys = [], partitions = [], options = {} }: Shape): void {
  const columns = Object.entries(fields).map(([column, type], id) =>
    typeof type === 'string' ? { id, name: column, type } : { id, name: column, ...type },
  );
  const schema = {
    version: 3,
    id: 0,
    fields: columns,
    highestFieldId: columns.length - 1,
    partitionKeys: partitions,
    primaryKeys: keys,
    options,
    timeMillis: 0,
  };
  mkdirSync(join(warehouse, 'd.db', name, 'schema'), { recursive: true });
  writeFileSync(join(warehouse, 'd.db', name, 'schema', 'schema-0'), JSON.stringify(schema));
}

async function write(name: string, rows: readonly WriteRow[], options: WriteOptions = {}) {
  await using open = await (await lake.table(`d.${name}`)).write(options);
  await open.writeRows(rows);
  return await open.commit();
}

async function rowsOf(name: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of (await (await lake.table(`d.${name}`)).scan()).rows()) rows.push(row);
  return rows;
}

describe('values', () => {
  const fields = {
    id: 'INT NOT NULL',
    name: 'VARCHAR(3)',
    price: 'DECIMAL(4, 2)',
    at: 'TIMESTAMP(3)',
    raw: 'VARBINARY(2)',
    tags: { type: { type: 'ARRAY', element: 'STRING NOT NULL' } },
  };
  const bad: readonly (readonly [what: string, row: WriteRow, message: RegExp])[] = [
    ['null in a key', { name: 'a' }, /Row 2, column id \(INT NOT NULL\): null/],
    [
      'text that is too long',
      { id: 2, name: 'äöüß' },
      /column name \(VARCHAR\(3\)\): 4 characters, at most 3/,
    ],
    ['too many digits', { id: 2, price: '123.45' }, /column price: .*does not fit/],
    ['a finer time', { id: 2, at: '2026-01-01T00:00:00.000500' }, /column at .*: more than 3 digits/],
    ['too many bytes', { id: 2, raw: Uint8Array.of(1, 2, 3) }, /column raw .*: 3 bytes, at most 2/],
    ['null inside', { id: 2, tags: ['a', null] }, /column tags .*: null inside/],
    ['a number out of range', { id: 2147483648 }, /column id: .*does not fit/],
    ['a column that is not there', { id: 2, nmae: 'a' }, /column nmae: there is no such column/],
    ['a kind that is none', { id: 2, _kind: 'X' }, /column _kind/],
    ['a delete without key', { id: 2, _kind: '-D' }, /Row 2: a table without primary key takes no -D/],
  ];
  for (const [what, row, message] of bad) {
    it(`refuses ${what}, naming row and column, and writes nothing`, async () => {
      create('values', { fields });
      await assert.rejects(write('values', [{ id: 1 }, row]), (error: Error & { code: string }) => {
        assert.equal(error.code, 'VALUE_INVALID');
        assert.match(error.message, message);
        return true;
      });
      assert.deepEqual(readdirSync(join(warehouse, 'd.db', 'values')), ['schema']);
    });
  }

  it('takes what fits to the last character and digit', async () => {
    create('fits', { fields });
    const row = { id: 1, name: 'äöü', price: '-99.99', at: '2026-01-01T00:00:00.123', raw: 'ffff', tags: [] };
    await write('fits', [row]);
    const [back] = await rowsOf('fits');
    assert.deepEqual(back, {
      ...row,
      at: '2026-01-01T00:00:00.123000000',
      raw: Uint8Array.of(255, 255),
    });
  });

  it('gives missing columns and nulls their default, keys not', async () => {
    create('defaults', { fields: { id: 'INT', state: { type: 'STRING', defaultValue: 'new' } } });
    await write('defaults', [{ id: 1 }, { id: 2, state: null }, { id: 3, state: 'old' }]);
    assert.deepEqual(
      (await rowsOf('defaults')).map((row) => row.state),
      ['new', 'new', 'old'],
    );
  });
});

describe('kinds', () => {
  it('merges by key over commits, the last one winning, and keeps deletes', async () => {
    create('keyed', { fields: { k: 'INT NOT NULL', v: 'STRING' }, keys: ['k'], options: { bucket: '2' } });
    await write('keyed', [
      { k: 1, v: 'a' },
      { k: 2, v: 'b' },
      { k: 1, v: 'c' },
    ]);
    await write('keyed', [
      { k: 2, _kind: '-D' },
      { k: 3, v: 'd' },
      { k: 3, v: 'e', _kind: '+U' },
    ]);
    const rows = (await rowsOf('keyed')).sort((a, b) => Number(a.k) - Number(b.k));
    assert.deepEqual(rows, [
      { k: 1, v: 'c' },
      { k: 3, v: 'e' },
    ]);
  });

  it('commits rows that are still being taken', async () => {
    create('taking', { fields: { id: 'INT NOT NULL' }, keys: ['id'], options: { bucket: '1' } });
    await using open = await (await lake.table('d.taking')).write();
    const taking = [0, 1, 2].map((part) =>
      open.writeRows(Array.from({ length: 20_000 }, (_, i) => ({ id: 20_000 * part + i }))),
    );
    assert.equal((await open.commit()).rowCount, 60_000);
    await Promise.all(taking);
  });

  it('keeps the first row of a key, seen once it is compacted', async () => {
    const options = { bucket: '1', 'merge-engine': 'first-row' };
    create('first', { fields: { k: 'INT NOT NULL', v: 'STRING' }, keys: ['k'], options });
    const first = await lake.table('d.first');
    await write('first', [
      { k: 1, v: 'a' },
      { k: 1, v: 'b' },
    ]);
    assert.deepEqual(await rowsOf('first'), []);
    await first.compact({ full: true });
    await write('first', [
      { k: 1, v: 'c' },
      { k: 2, v: 'd' },
    ]);
    await assert.rejects(first.compact(), { code: 'FEATURE_UNSUPPORTED', message: /compact it fully/ });
    await first.compact({ full: true });
    assert.deepEqual(await rowsOf('first'), [
      { k: 1, v: 'a' },
      { k: 2, v: 'd' },
    ]);
    const retract = write('first', [
      { k: 3, v: 'e' },
      { k: 3, _kind: '-D' },
    ]);
    await assert.rejects(retract, { code: 'MERGE_REFUSED', message: /ignore-delete/ });
  });

  it('refuses a retract that partial update and functions cannot take, and writes nothing', async () => {
    const tables: readonly (readonly [string, Record<string, string>, RegExp])[] = [
      ['partial', { 'merge-engine': 'partial-update' }, /partial update.*(ignore-delete|remove-record)/is],
      ['maximum', { 'merge-engine': 'aggregation', 'fields.v.aggregate-function': 'max' }, /max/],
    ];
    for (const [name, options, message] of tables) {
      create(name, {
        fields: { k: 'INT NOT NULL', v: 'INT' },
        keys: ['k'],
        options: { bucket: '1', ...options },
      });
      const rows = [
        { k: 1, v: 1 },
        { k: 1, v: 1, _kind: '-U' },
      ];
      await assert.rejects(write(name, rows), { code: 'MERGE_REFUSED', message });
      const left = readdirSync(join(warehouse, 'd.db', name), { recursive: true, withFileTypes: true });
      assert.deepEqual(
        left.filter((entry) => entry.isFile()).map((entry) => entry.name),
        ['schema-0'],
      );
    }
  });

  it('drops retracts where the table ignores them', async () => {
    const options = { bucket: '1', 'ignore-delete': 'true' };
    create('ignoring', { fields: { k: 'INT NOT NULL', v: 'STRING' }, keys: ['k'], options });
    await write('ignoring', [{ k: 1, v: 'a' }]);
    assert.equal((await write('ignoring', [{ k: 1, _kind: '-D' }])).snapshot, undefined);
    assert.deepEqual(await rowsOf('ignoring'), [{ k: 1, v: 'a' }]);
  });
});

describe('overwrite', () => {
  const shape = { fields: { p: 'STRING', v: 'INT' }, partitions: ['p'] };
  const text = async (name: string): Promise<string> =>
    (await rowsOf(name))
      .map((row) => `${row.p}${row.v}`)
      .sort()
      .join(' ');
  const both = [
    { p: 'a', v: 1 },
    { p: 'b', v: 2 },
  ];

  it('replaces the partitions that rows are written to', async () => {
    create('dynamic', shape);
    await write('dynamic', both);
    const { snapshot } = await write('dynamic', [{ p: 'b', v: 3 }], { overwrite: true });
    assert.deepEqual([snapshot?.commitKind, snapshot?.totalRecordCount], ['OVERWRITE', 2n]);
    assert.equal(await text('dynamic'), 'a1 b3');
    assert.equal((await write('dynamic', [], { overwrite: true })).snapshot, undefined);
  });

  it('replaces named partitions, also by nothing, and refuses rows of others', async () => {
    create('named', shape);
    await write('named', both);
    await assert.rejects(
      write('named', [{ p: 'b', v: 3 }], { overwrite: { p: 'a' } }),
      /outside the partitions/,
    );
    await write('named', [], { overwrite: { p: 'a' } });
    assert.equal(await text('named'), 'b2');
    await write('named', [], { overwrite: {} });
    assert.equal(await text('named'), '');
  });

  it('replaces a whole table', async () => {
    create('whole', { fields: { p: 'STRING', v: 'INT' } });
    await write('whole', both);
    await write('whole', [{ p: 'c', v: 9 }], { overwrite: true });
    assert.equal(await text('whole'), 'c9');
    await write('whole', [], { overwrite: true });
    assert.equal(await text('whole'), '');
  });
});

describe('a table that is dropped and made again', () => {
  for (const when of ['before a write', 'during a write'] as const) {
    it(`takes no rows of the one it was, ${when}`, async () => {
      const keyed = { keys: ['k'], options: { bucket: '1' } };
      create('again', { fields: { k: 'INT NOT NULL', v: 'STRING' }, ...keyed });
      const table = await lake.table('d.again');
      const remake = (): void => {
        rmSync(join(warehouse, 'd.db/again'), { recursive: true });
        create('again', { fields: { k: 'INT NOT NULL', v: 'INT' }, ...keyed });
      };
      const refused = { code: 'ARGUMENT_INVALID', message: /made again since it was opened/ };
      if (when === 'before a write') {
        remake();
        await assert.rejects(table.write(), refused);
      } else {
        await using open = await table.write();
        await open.writeRows([{ k: 1, v: 'a' }]);
        remake();
        await assert.rejects(open.commit(), refused);
      }
      await write('again', [{ k: 1, v: 1 }]);
      assert.deepEqual(await rowsOf('again'), [{ k: 1, v: 1 }]);
      rmSync(join(warehouse, 'd.db/again'), { recursive: true });
    });
  }
});

describe('rows that are set aside', () => {
  const bin = new URL('../../src/bin/spillway.ts', import.meta.url).pathname;
  for (const [what, fault, out, kept] of [
    ['stay where nobody hears of the commit', '', '/dev/full', true],
    ['stay where it may have happened', 'fsync-names@snapshot=EIO', '/dev/null', true],
    ['go where it did not', 'link@snapshot/snapshot-1=EIO', '/dev/null', false],
  ] as const) {
    it(what, { timeout: 60_000, skip: !existsSync(out) }, () => {
      const name = `aside_${kept}_${fault.length}`;
      create(name, { fields: { k: 'INT NOT NULL' }, keys: ['k'], options: { bucket: '1' } });
      const file = join(warehouse, `${name}.jsonl`);
      const fd = openSync(out, 'w');
      const args = [bin, 'write', `d.${name}`, '-', '--bad-rows', file, '--warehouse', warehouse];
      const ran = spawnSync(process.execPath, args, {
        env: { ...process.env, SPILLWAY_FAULT: fault },
        input: '{"k":1}\n{"k":"x"}\n',
        stdio: ['pipe', fd, 'pipe'],
      });
      closeSync(fd);
      assert.notEqual(ran.status, 0);
      assert.equal(existsSync(file), kept, String(ran.stderr));
      assert.equal(existsSync(join(warehouse, 'd.db', name, 'snapshot', 'snapshot-1')), kept);
    });
  }
});

describe('writers of several processes', () => {
  it('lose nothing of each other', { timeout: 120_000 }, async () => {
    create('shared', { fields: { k: 'INT NOT NULL', v: 'STRING' }, keys: ['k'], options: { bucket: '1' } });
    const bin = new URL('../../src/bin/spillway.ts', import.meta.url).pathname;
    const args = [bin, 'write', 'd.shared', '-', '--warehouse', warehouse, '--memory', '400mb'];
    const runs = Array.from({ length: 4 }, (_, i) => {
      const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'inherit'] });
      child.stdin.end(`{"k":${i},"v":"x"}\n`);
      return new Promise((resolve) => child.on('close', resolve));
    });
    assert.deepEqual(await Promise.all(runs), [0, 0, 0, 0]);
    assert.deepEqual((await rowsOf('shared')).map((row) => row.k).sort(), [0, 1, 2, 3]);
    assert.equal(readdirSync(join(warehouse, 'd.db/shared/bucket-0')).length, 4);
  });
});

describe('a writer that is killed', () => {
  it('leaves the table as it was or as it was to be', { timeout: 120_000 }, async () => {
    create('killed', { fields: { k: 'INT NOT NULL', v: 'STRING' }, keys: ['k'], options: { bucket: '3' } });
    await write('killed', [{ k: -1, v: 'first' }]);
    const bin = new URL('../../src/bin/spillway.ts', import.meta.url).pathname;
    const file = join(warehouse, 'rows.jsonl');
    const count = 3000;
    writeFileSync(file, Array.from({ length: count }, (_, k) => `{"k":${k},"v":"x${k}"}\n`).join(''));
    const seed = Number(process.env.SEED ?? Date.now() % 100000);
    console.log(`SEED=${seed}`);
    let committed = false;
    for (let i = 0; i < 8; i++) {
      // Delays spread over the time a write takes, differently for each seed.
      const delayMs = 250 + ((seed * 7919 + i * 104729) % 1000);
      const child = spawn(process.execPath, [bin, 'write', 'd.killed', file, '--warehouse', warehouse]);
      const done = new Promise((resolve) => child.on('close', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), delayMs);
      await done;
      clearTimeout(timer);
      const rows = await rowsOf('killed');
      assert.ok(rows.length === count + 1 || (!committed && rows.length === 1), `${rows.length} rows`);
      committed = rows.length > 1;
      const problems: unknown[] = [];
      const table = await lake.table('d.killed');
      await table.check({ data: true, onProblem: (problem) => problems.push(problem) });
      assert.deepEqual(problems, []);
    }
    assert.ok(existsSync(join(warehouse, 'd.db/killed/snapshot/snapshot-1')));
  });
});
