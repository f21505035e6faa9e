// Arrow that pyarrow wrote, that we wrote ourselves, and that is damaged. See test/data/arrow/make.py.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { LakeError, parseType } from '../../base/index.ts';
import { batchOf } from '../arrow/index.ts';
import { jsonLines } from '../text/index.ts';
import { arrowStream } from './arrow-stream.ts';
import { readArrow } from './read-arrow.ts';

const DATA = new URL('../../../test/data/arrow/', import.meta.url);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const BYTES_MAX = 1 << 20;

async function* cut(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

async function linesOf(bytes: Uint8Array, step = 4096, batchBytesMax = BYTES_MAX): Promise<string[]> {
  const text: string[] = [];
  for await (const batch of readArrow(cut(bytes, step), { name: 'x.arrow', batchBytesMax }))
    text.push(...jsonLines(batch));
  return text.join('').split('\n').slice(0, -1);
}

const file = (name: string): Buffer => readFileSync(new URL(name, DATA));

const FIRST =
  '{"i8":-1,"u8":255,"i16":-300,"u16":65535,"i32":-70000,"u32":"4294967295","i64":"-4611686018427387904",' +
  '"u64":"9223372036854775808","f32":0.5,"f64":0.1,"flag":true,"dec":"-1.25",' +
  '"wide":"-999999999999999999999999999999","dec256":"-1.5","day":"2026-01-31",' +
  '"day64":"2026-01-31T00:00:00.000000000","time":"12:00:00.123","time64":"12:00:00.123",' +
  '"s":"2026-01-31T12:00:00.000000000",' +
  '"ms":"2026-01-31T12:00:00.123000000","us":"2026-01-31T12:00:00.123000000",' +
  '"ns":"2026-01-31T12:00:00.123000000","zoned":"2026-01-31T12:00:00.123000000Z","text":"a","big_text":"a",' +
  '"view":"a","bytes":"00ff","big_bytes":"00ff","same_bytes":"00ff","dict":"x","list":[1,null],' +
  '"big_list":[1,null],"same_list":[1,null],"dict_list":["x","y"],"map":[["k",1]],"row":{"a":1,"b":"x"},' +
  '"none":null}';
const SECOND = FIRST.replace(/"(\w+)":(?:"[^"]*"|\[\[.*?\]\]|\[.*?\]|\{.*?\}|[^,}]+)/g, '"$1":null');
const THIRD =
  '{"i8":127,"u8":0,"i16":300,"u16":0,"i32":70000,"u32":"0","i64":"4611686018427387904","u64":"0","f32":-1,' +
  '"f64":1e+300,"flag":false,"dec":"9.99","wide":"1","dec256":"2.5","day":"1969-12-31",' +
  '"day64":"1969-12-31T00:00:00.000000000","time":"00:00:00.000","time64":"00:00:00.000",' +
  '"s":"1960-01-01T00:00:00.000000000",' +
  '"ms":"1960-01-01T00:00:00.000000000","us":"1960-01-01T00:00:00.000000000",' +
  '"ns":"1960-01-01T00:00:00.000000000","zoned":"1960-01-01T00:00:00.000000000Z",' +
  '"text":"日本 and more than twelve bytes","big_text":"日本","view":"日本 and more than twelve bytes",' +
  '"bytes":"","big_bytes":"","same_bytes":"6162","dict":"y","list":[],"big_list":[],"same_list":[3,4],' +
  '"dict_list":["x"],"map":[],"row":{"a":null,"b":null},"none":null}';

describe('readArrow', () => {
  it('reads what pyarrow wrote: files, streams, slices, compressed', async () => {
    for (const name of ['plain.arrow', 'stream.arrows', 'zstd.arrow'])
      for (const step of [7, 1000, 1 << 20])
        assert.deepEqual(
          await linesOf(file(name), step),
          [FIRST, SECOND, THIRD],
          `${name} in steps of ${step}`,
        );
    assert.deepEqual(await linesOf(file('sliced.arrows')), [FIRST, SECOND, THIRD, SECOND, THIRD]);
  });

  it('reads LZ4 whose blocks repeat what earlier ones hold, as Feather files have it', async () => {
    const wanted = (count: number) =>
      Array.from({ length: count }, (_, i) => `{"n":"${i}","t":"row ${i % 100}"}`);
    assert.deepEqual(await linesOf(file('lz4.arrow')), wanted(6000));
    assert.deepEqual(await linesOf(file('ten.feather')), wanted(10));
  });

  it('reads what arrowStream writes, also without rows', async () => {
    const fields = [
      { id: 0, name: 'a', type: parseType('INT') },
      { id: 1, name: 'm', type: parseType('MULTISET<STRING>') },
      { id: 2, name: 'd', type: parseType('DECIMAL(10, 2)') },
    ];
    const batch = batchOf(fields, [
      [1, [['x', 2]], -125n],
      [null, null, null],
    ]);
    for (const batches of [[batch], []]) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of arrowStream(fields, batches)) chunks.push(chunk);
      const want = batches.flatMap((b) => [...jsonLines(b)]).join('');
      assert.equal((await linesOf(Buffer.concat(chunks))).map((line) => `${line}\n`).join(''), want);
    }
  });

  it('refuses what is no Arrow, ends early, or does not fit', async () => {
    const plain = file('plain.arrow');
    await assert.rejects(linesOf(Buffer.from('{"a":1}\n'.repeat(9))), {
      code: 'FILE_CORRUPT',
      message: /x\.arrow/,
    });
    await assert.rejects(linesOf(plain.subarray(0, 4000)), { code: 'FILE_CORRUPT', message: /ends inside/ });
    await assert.rejects(linesOf(Buffer.alloc(0)), { code: 'FILE_CORRUPT', message: /no Arrow schema/ });
    await assert.rejects(linesOf(plain, 4096, 1000), { code: 'LIMIT_EXCEEDED', message: /smaller/ });
    await assert.rejects(linesOf(file('lz4.arrow'), 4096, 30_000), { code: 'LIMIT_EXCEEDED' });
  });

  it(`never takes damaged bytes for more than a value (SEED=${SEED})`, async () => {
    let state = SEED;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let refused = 0;
    for (const name of ['plain.arrow', 'zstd.arrow', 'ten.feather', 'sliced.arrows']) {
      const good = file(name);
      for (let round = 0; round < 300; round++) {
        const bytes = Buffer.from(good);
        for (let hits = 1 + random(3); hits > 0; hits--) bytes[random(bytes.length)] = random(256);
        const damaged = round % 10 === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
        try {
          await linesOf(damaged);
        } catch (error) {
          assert.ok(error instanceof LakeError && error.code !== 'BUG', `${name} round ${round}: ${error}`);
          refused++;
        }
      }
    }
    assert.ok(refused > 200, `${refused} refused`);
  });
});
