// Damage to manifests and what they say, and to the files they name.
import { type Damage, DEDUP, flip, newest, PK4 } from './damage.ts';

export const METADATA: readonly Damage[] = [
  {
    name: 'a missing manifest list',
    table: PK4,
    make: (t) => t.remove(t.last('manifest/manifest-list-*')),
    rule: 'manifest-list',
    file: /manifest-list-/,
    what: /no such file/,
  },
  {
    name: 'a manifest list that is cut',
    table: PK4,
    make: (t) => t.bytes(t.last('manifest/manifest-list-*'), (bytes) => bytes.subarray(0, -20)),
    rule: 'manifest-list',
    file: /manifest-list-/,
    what: /it has \d+ bytes, the snapshot says \d+/,
  },
  {
    name: 'a missing manifest',
    table: PK4,
    make: (t) => t.remove(newest(t)),
    rule: 'manifest',
    file: /manifest-[^l]/,
    what: /no such file/,
  },
  {
    name: 'a manifest with a damaged block',
    table: PK4,
    make: (t) => t.bytes(newest(t), flip(-40)),
    rule: 'manifest',
    file: /manifest-[^l]/,
    what: /./,
  },
  {
    name: 'a list that counts wrongly',
    table: PK4,
    make: (t) =>
      t.lists((meta) => {
        if (newest(t).endsWith(meta.fileName)) meta.numAddedFiles++;
      }),
    rule: 'entries',
    file: /manifest-[^l]/,
    what: /it holds 4 added files, its list says 5/,
  },
  {
    name: 'a list that bounds buckets too tightly',
    table: PK4,
    make: (t) =>
      t.lists((meta) => {
        meta.maxBucket = 2;
      }),
    rule: 'manifest',
    file: /manifest-[^l]/,
    what: /bucket 3 is not within/,
  },
  {
    name: 'a total that is wrong',
    table: PK4,
    make: (t) => t.json('snapshot/snapshot-5', (json) => Object.assign(json, { totalRecordCount: 280 })),
    rule: 'records',
    file: /snapshot-5$/,
    what: /totalRecordCount is 280, its manifests add up to 281/,
  },
  {
    name: 'a total that does not follow from the one before',
    table: PK4,
    make: (t) => t.json('snapshot/snapshot-5', (json) => Object.assign(json, { deltaRecordCount: 58 })),
    rule: 'records',
    file: /snapshot-5$/,
    what: /totalRecordCount 281 is not 224 of snapshot 4 plus deltaRecordCount 58/,
  },
  {
    name: 'a changelog count that is wrong',
    table: DEDUP,
    make: (t) => t.json('snapshot/snapshot-12', (json) => Object.assign(json, { changelogRecordCount: 1 })),
    rule: 'records',
    file: /snapshot-12$/,
    what: /changelogRecordCount is 1, its manifests add up to 33/,
  },
  {
    name: 'a delete without an add',
    table: PK4,
    make: (t) =>
      t.manifest(newest(t), ([first, ...rest]) => [
        { ...(first as (typeof rest)[0]), kind: 'DELETE' },
        ...rest,
      ]),
    rule: 'entries',
    file: /manifest-[^l]/,
    what: /file data-.*-4.parquet is deleted without having been added/,
  },
  {
    name: 'a file that is added twice',
    table: PK4,
    make: (t) => t.manifest(newest(t), (entries) => [...entries, ...entries.slice(0, 1)]),
    rule: 'entries',
    file: /manifest-[^l]/,
    what: /file data-.*-4.parquet is added twice/,
  },
  {
    name: 'a bucket beyond the number of buckets',
    table: PK4,
    make: (t) =>
      t.manifest(newest(t), (entries) => {
        for (const entry of entries) if (entry.bucket === 3) entry.bucket = 4;
      }),
    rule: 'bucket',
    file: /snapshot-5$/,
    what: /bucket 4 of partition '' is not one of 4 buckets/,
  },
  {
    name: 'two numbers of buckets in one partition',
    table: PK4,
    make: (t) =>
      t.manifest(newest(t), (entries) => {
        for (const entry of entries) entry.totalBuckets = 8;
      }),
    rule: 'bucket',
    file: /snapshot-5$/,
    what: /4 buckets, others of it are of 8|8 buckets, others of it are of 4/,
  },
  {
    name: 'files of one level that overlap',
    table: DEDUP,
    make: (t) =>
      t.manifest(t.last('manifest/manifest-[!l]*-16'), (entries) => {
        for (const { kind, file } of entries) if (kind === 'ADD' && file.level === 4) file.level = 5;
      }),
    rule: 'level',
    file: /snapshot-12$/,
    what: /on level 5 overlap in their keys/,
  },
  {
    name: 'a level the table does not have',
    table: DEDUP,
    make: (t) =>
      t.manifest(t.last('manifest/manifest-[!l]*-16'), (entries) => {
        for (const { kind, file } of entries) if (kind === 'ADD' && file.level === 4) file.level = 9;
      }),
    rule: 'level',
    file: /snapshot-12$/,
    what: /is on level 9, the highest is 5/,
  },
  {
    name: 'more deletes than rows',
    table: PK4,
    make: (t) =>
      t.manifest(newest(t), ([first]) => void Object.assign(first?.file ?? {}, { deleteRowCount: 99n })),
    rule: 'deletes',
    file: /snapshot-5$/,
    what: /99 deletes in \d+ rows/,
  },
  {
    name: 'a missing data file',
    table: PK4,
    make: (t) => t.remove(t.last('bucket-2/data-*')),
    rule: 'data-file',
    file: /bucket-2\/data-/,
    what: /the file is missing/,
  },
  {
    name: 'a data file of another size',
    table: PK4,
    make: (t) => t.bytes(t.last('bucket-2/data-*'), (bytes) => Buffer.concat([bytes, Buffer.of(0)])),
    rule: 'data-file',
    file: /bucket-2\/data-/,
    what: /it has \d+ bytes, metadata says \d+/,
  },
  {
    name: 'a missing changelog file',
    table: DEDUP,
    make: (t) => t.remove(t.last('bucket-0/changelog-*')),
    rule: 'data-file',
    file: /bucket-0\/changelog-/,
    what: /the file is missing/,
  },
  {
    name: 'a missing file index',
    table: 'file_index',
    make: (t) => t.remove(t.last('bucket-0/*.index')),
    rule: 'data-file',
    file: /\.index$/,
    what: /the file is missing/,
  },
  {
    name: 'a file outside the table',
    table: PK4,
    make: (t) =>
      t.manifest(newest(t), ([first]) => void Object.assign(first?.file ?? {}, { externalPath: '/etc/x' })),
    rule: 'data-file',
    file: /^\/etc\/x$/,
    what: /outside the table/,
  },
  {
    name: 'a missing index file',
    table: 'dv_pk',
    make: (t) => t.remove(t.last('index/index-*')),
    rule: 'index',
    file: /index\/index-/,
    what: /the file is missing/,
  },
  {
    name: 'a missing hash index',
    table: 'pk_dynamic',
    make: (t) => t.bytes(t.last('index/index-*'), (bytes) => bytes.subarray(4)),
    rule: 'index',
    file: /index\/index-/,
    what: /it has \d+ bytes, metadata says \d+/,
  },
  {
    name: 'a row id that is given twice',
    table: 'row_tracking',
    make: (t) => t.json(t.last('snapshot/snapshot-*'), (json) => Object.assign(json, { nextRowId: 10 })),
    rule: 'row-id',
    file: /snapshot-/,
    what: /row ids beyond nextRowId 10/,
  },
];
