// Random tables and changes of them: mostly sound, often enough not. A seed repeats them.
import type {
  ColumnDraft,
  ColumnPosition,
  DataType,
  Field,
  SchemaChange,
  SchemaDraft,
} from '../../src/index.ts';

/** A table and lists of changes, one after the other. `snapshot`: the table has been written to. */
export interface SchemaCase {
  readonly draft: SchemaDraft;
  readonly snapshot: boolean;
  readonly changes: readonly (readonly SchemaChange[])[];
}

/** Numbers below `n` that follow from the seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

type Random = (n: number) => number;

const NAMES = ['a', 'b', 'c', 'd', 'e', 'k', 'dt', 'Name', 'x y', 'q.r', 'größe', 'say "hi"\u001f\\'];
const RARE_NAMES = ['_KEY_a', 'rowkind', '_SEQUENCE_NUMBER', ' ', 'a'];
const INNER = ['p', 'q', 'a', 'k', 'in ner'];

const ATOMS: readonly string[] = [
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INT',
  'INT',
  'BIGINT',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
  'DATE',
];

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random(items.length)] as T;
}

const chance = (random: Random, percent: number): boolean => random(100) < percent;

export function randomCase(seed: number): SchemaCase {
  const random = randomOf(seed);
  const draft = randomDraft(random);
  const changes: SchemaChange[][] = [];
  for (let i = 1 + random(5); i > 0; i--) {
    changes.push(
      Array.from({ length: 1 + random(chance(random, 30) ? 4 : 1) }, () => randomChange(random, draft)),
    );
  }
  return { draft, snapshot: chance(random, 50), changes };
}

function randomType(random: Random, depth = 0, nullable = chance(random, 80)): DataType {
  const roll = random(depth > 2 ? 16 : 22);
  if (roll < 8) return { kind: pick(random, ATOMS) as 'INT', nullable };
  if (roll < 10) return { kind: 'VARCHAR', nullable, length: pick(random, [2147483647, 2147483647, 10]) };
  if (roll === 10) return { kind: 'CHAR', nullable, length: 1 + random(20) };
  if (roll === 11) return { kind: 'VARBINARY', nullable, length: pick(random, [2147483647, 5]) };
  if (roll === 12) return { kind: 'BINARY', nullable, length: 1 + random(9) };
  if (roll === 13) {
    const precision = 1 + random(38);
    return { kind: 'DECIMAL', nullable, precision, scale: random(precision + 1) };
  }
  if (roll === 14) return { kind: 'TIME', nullable, precision: random(10) };
  if (roll === 15) {
    return { kind: pick(random, ['TIMESTAMP', 'TIMESTAMP_LTZ'] as const), nullable, precision: random(10) };
  }
  if (roll === 16) return { kind: 'ARRAY', nullable, element: randomType(random, depth + 1) };
  if (roll === 17) return { kind: 'MULTISET', nullable, element: randomType(random, depth + 1) };
  if (roll === 18) {
    const key = randomType(random, depth + 1);
    return { kind: 'MAP', nullable, key, value: randomType(random, depth + 1) };
  }
  return { kind: 'ROW', nullable, fields: randomFields(random, depth + 1) };
}

function randomFields(random: Random, depth: number): readonly Field[] {
  return shuffled(random, INNER)
    .slice(0, 1 + random(3))
    .map((name) => ({ ...randomColumn(random, name, depth), id: 0 }));
}

function randomColumn(random: Random, name: string, depth = 0): ColumnDraft {
  return {
    name,
    type: randomType(random, depth),
    ...(chance(random, 15) ? { description: pick(random, ['a comment', '', 'mit "Zeichen"\n\u0001']) } : {}),
    ...(depth === 0 && chance(random, 3) ? { defaultValue: randomDefault(random) } : {}),
  };
}

function randomDefault(random: Random): string {
  return pick(random, [
    '1',
    '0',
    'true',
    "'abc'",
    'x',
    '2024-01-31',
    '12:30:00',
    '2024-01-31 12:30:00',
    "'",
    '[1, 2]',
    '',
  ]);
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

function randomDraft(random: Random): SchemaDraft {
  const names = shuffled(random, NAMES).slice(0, 2 + random(6));
  if (chance(random, 4)) names.push(pick(random, RARE_NAMES));
  const fields = names.map((name) => randomColumn(random, name));
  // Keys are picked among columns that can be keys, most of the time.
  const atoms = fields.filter(({ type }) => !['ARRAY', 'MULTISET', 'MAP', 'ROW'].includes(type.kind));
  const able = chance(random, 93) && atoms.length > 0 ? atoms : fields;
  const keys = shuffled(random, able).map(({ name }) => name);
  const primary = chance(random, 55) ? keys.slice(0, 1 + random(3)) : [];
  const partition = chance(random, 35)
    ? pick(random, [primary.slice(1, 2), primary.slice(-1), keys.slice(-1)])
    : [];
  const options: Record<string, string> = {};
  if (chance(random, 60)) options.bucket = pick(random, ['1', '2', '4', '-1', '-2', '0', 'x']);
  if (chance(random, primary.length > 0 ? 5 : 45))
    options['bucket-key'] = keys.slice(0, 1 + random(2)).join(',');
  if (primary.length > 0 && chance(random, 50)) engineOptions(random, options, names);
  for (let i = random(3); i > 0; i--)
    Object.assign(options, Object.fromEntries([randomOption(random, names)]));
  const inOptions = chance(random, 8);
  if (inOptions && primary.length > 0) options['primary-key'] = primary.join(', ');
  return {
    fields,
    partitionKeys: partition,
    primaryKeys: inOptions && chance(random, 90) ? [] : primary,
    options,
    ...(chance(random, 20) ? { comment: pick(random, ['about it', 'ä\t"']) } : {}),
  };
}

function engineOptions(random: Random, options: Record<string, string>, names: readonly string[]): void {
  const engine = pick(random, [
    'partial-update',
    'aggregation',
    'first-row',
    'Deduplicate',
    'partial-update',
  ]);
  options['merge-engine'] = engine;
  const some = (): string => pick(random, names);
  if (engine === 'partial-update' && chance(random, 60)) {
    options[`fields.${some()}.sequence-group`] = chance(random, 50) ? `${some()},${some()}` : some();
  }
  if (engine !== 'first-row' && chance(random, 50)) {
    options[`fields.${some()}.aggregate-function`] = pick(random, [
      'last_value',
      'max',
      'last_non_null_value',
    ]);
  }
}

function randomOption(random: Random, names: readonly string[]): readonly [key: string, value: string] {
  const some = (): string => (chance(random, 92) ? pick(random, names) : 'nope');
  const flag = (): string => pick(random, ['true', 'TRUE', 'false', 'yes']);
  const options: readonly (() => readonly [string, string])[] = [
    () => ['changelog-producer', pick(random, ['none', 'input', 'full-compaction', 'lookup', 'Lookup'])],
    () => ['sequence.field', chance(random, 70) ? some() : `${some()}, ${some()}`],
    () => ['sequence.field', some()],
    () => [`fields.${some()}.aggregate-function`, pick(random, ['last_value', 'first_value', 'max'])],
    () => ['fields.default-aggregate-function', pick(random, ['last_value', 'last_non_null_value'])],
    () => [`fields.${some()}.ignore-retract`, 'true'],
    () => [`fields.${some()}.list-agg-delimiter`, ';'],
    () => [`fields.${some()},${some()}.sequence-group`, some()],
    () => ['ignore-delete', pick(random, ['true', 'false'])],
    () => ['ignore-update-before', pick(random, ['true', 'false'])],
    () => ['partial-update.remove-record-on-delete', flag()],
    () => ['deletion-vectors.enabled', flag()],
    () => ['deletion-vectors.modifiable', 'true'],
    () => ['file.format', pick(random, ['parquet', 'orc', 'avro', 'avro', 'Parquet'])],
    () => ['scan.mode', pick(random, ['full', 'latest', 'from-timestamp', 'from-snapshot', 'incremental'])],
    () => ['scan.snapshot-id', pick(random, ['1', 'x'])],
    () => ['scan.timestamp-millis', '1'],
    () => ['incremental-between', '1,2'],
    () => ['snapshot.num-retained.min', pick(random, ['0', '1', '20'])],
    () => ['snapshot.num-retained.max', pick(random, ['5', '30'])],
    () => ['changelog.num-retained.max', pick(random, ['5', '30'])],
    () => ['rowkind.field', some()],
    () => ['record-level.time-field', some()],
    () => ['partition.expiration-time', '1 d'],
    () => ['row-tracking.enabled', pick(random, ['true', 'false'])],
    () => ['clustering.incremental', 'true'],
    () => ['bucket-append-ordered', 'false'],
    () => ['alter-column-null-to-not-null.disabled', 'false'],
    () => ['disable-explicit-type-casting', 'true'],
    () => ['add-column-before-partition', 'true'],
    () => ['streaming-read-overwrite', flag()],
    () => ['upsert-key', some()],
    () => ['full-compaction.delta-commits', '3'],
    () => ['table-read.sequence-number.enabled', 'true'],
    () => ['bucket', pick(random, ['1', '3', '-1', '5'])],
    () => ['bucket-key', some()],
    () => ['merge-engine', pick(random, ['aggregation', 'partial-update', 'deduplicate', 'first-row'])],
    () => ['primary-key', some()],
    () => ['partition', some()],
    () => ['my.own', 'anything "goes"'],
  ];
  return pick(random, options)();
}

/** A path that leads somewhere, most of the time. */
function randomPath(random: Random, { fields }: SchemaDraft): readonly string[] {
  const field = pick(random, fields);
  const path = [chance(random, 97) ? field.name : 'nope'];
  let { type } = field;
  while (chance(random, 75)) {
    if (type.kind === 'ARRAY' || type.kind === 'MAP') {
      path.push(pick(random, ['element', 'value']));
      type = type.kind === 'ARRAY' ? type.element : type.value;
    } else if (type.kind === 'ROW') {
      const inner: Field = pick(random, type.fields);
      path.push(inner.name);
      type = inner.type;
    } else {
      if (chance(random, 5)) path.push(pick(random, INNER));
      break;
    }
  }
  return path;
}

function randomPosition(random: Random, names: readonly string[]): ColumnPosition {
  const kind = pick(random, ['first', 'last', 'after', 'before'] as const);
  if (kind === 'first' || kind === 'last') return { kind };
  return { kind, column: chance(random, 90) ? pick(random, names) : 'nope' };
}

function randomChange(random: Random, draft: SchemaDraft): SchemaChange {
  const names = draft.fields.map(({ name }) => name);
  const path = randomPath(random, draft);
  const newName = chance(random, 60) ? `n${random(9)}` : pick(random, [...NAMES, ...INNER]);
  switch (random(14)) {
    case 0: {
      const [key, value] = randomOption(random, names);
      return { kind: 'set-option', key, value };
    }
    case 1:
      return { kind: 'remove-option', key: randomOption(random, names)[0] };
    case 2:
      return { kind: 'comment-table', ...(chance(random, 70) ? { comment: 'new' } : {}) };
    case 3:
    case 4: {
      const add = [...path.slice(0, -1), newName];
      const beside = add.length > 1 ? INNER : names;
      const position = chance(random, 40) ? { position: randomPosition(random, beside) } : {};
      const comment = chance(random, 20) ? { comment: 'added' } : {};
      const type = randomType(random, 0, chance(random, 92));
      return { kind: 'add-column', path: add, type, ...comment, ...position };
    }
    case 5:
    case 6:
      return { kind: 'rename-column', path, name: newName };
    case 7:
      return { kind: 'drop-column', path };
    case 8:
    case 9:
      return { kind: 'retype-column', path, type: randomType(random), keepNullability: chance(random, 50) };
    case 10:
      return { kind: 'set-nullable', path, nullable: chance(random, 50) };
    case 11:
      return { kind: 'comment-column', path, ...(chance(random, 80) ? { comment: 'said' } : {}) };
    case 12:
      return chance(random, 90)
        ? { kind: 'move-column', column: path[0] as string, position: randomPosition(random, names) }
        : { kind: 'drop-primary-key' };
    default:
      return {
        kind: 'set-default',
        path,
        ...(chance(random, 85) ? { defaultValue: randomDefault(random) } : {}),
      };
  }
}
