import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GOLDEN } from '../../../test/golden.ts';
import { encodeRow } from '../../codec/index.ts';
import { type DataFileMeta, partitionFields } from '../../format/index.ts';
import { LocalStore } from '../../store/index.ts';
import { Catalog, planScan, type Split, type Table } from '../../table/index.ts';
import { cutPlan, groupSql } from './raw-view.ts';

const opened = await new Catalog(new LocalStore(), GOLDEN.warehouse).openTable('golden.part_nulls');
const [first] = (await planScan(opened)).splits;
const [template] = first?.kind === 'data' ? first.files : [];
assert.ok(first?.kind === 'data' && template !== undefined);
const size = Number(template.file.fileSize);
/** A store in which every file that is asked for exists. */
const store = new Proxy(opened.store, {
  get: (target, name) => (name === 'stat' ? async () => ({ kind: 'file', size }) : Reflect.get(target, name)),
});
const table: Table = { ...opened, store };
const { schema } = table;
const options = { fields: schema.fields, pickedRowsMax: 0 };
const types = partitionFields(schema).map((field) => field.type);

/** A split of a partition of its own; every file is one that lacks `v`, or one that has it. */
function splitOf(p: string | null, files: readonly ('whole' | 'narrow')[]): Split {
  const metas = files.map((kind, i): DataFileMeta => {
    const fileName = `data-${i}.parquet`;
    const file = { ...(template as NonNullable<typeof template>).file, fileName };
    return kind === 'whole' ? file : { ...file, writeCols: ['id'] };
  });
  const partition = encodeRow(types, [p, 1]);
  return { ...(first as Split & { kind: 'data' }), partition, files: metas.map((file) => ({ file })) };
}

describe('a plan that is cut in two', () => {
  it('holds every file once, however many shapes there are', async () => {
    const alone = splitOf('alone', ['whole']);
    const pairs = Array.from({ length: 60 }, (_, i) => splitOf(`p${i}`, ['whole', 'narrow']));
    const splits = [alone, ...pairs];
    const { groups, rest } = await cutPlan(table, splits, options);
    const direct = groups.flatMap((group) => group.paths);
    const read = rest.reduce((sum, split) => sum + (split.kind === 'data' ? split.files.length : 0), 0);
    assert.equal(direct.length + read, 1 + 2 * pairs.length);
    assert.equal(new Set(direct).size, direct.length);
    assert.ok(direct.length > 60 && read > 0);
  });

  it('writes partitions as SQL without the character that ends a statement', async () => {
    const { groups } = await cutPlan(table, [splitOf("a'\0b", ['whole'])], options);
    const sql = groups.map(groupSql).join();
    assert.ok(sql.includes("decode(from_hex('61270062'))"), sql);
  });
});
