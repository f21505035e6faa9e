// The kinds of tables that we and Java work on in turn, and random tables of each kind.
import { parseType, type SchemaDraft } from '../../../src/index.ts';
import type { Dice } from '../../upkeep/random-script.ts';

/** Types here: few, for rows must be told apart by eye; every type is read and written in other tests. */
export type TypeName = 'INT' | 'BIGINT' | 'STRING' | 'DOUBLE' | 'DECIMAL(9, 2)' | 'TIMESTAMP(3)';
/** A value as JSON lines have it. */
export type Cell = string | number | null;
/** A row by column id: columns may be renamed, dropped and added again. */
export type ModelRow = ReadonlyMap<number, Cell>;
/** What a row does. */
export type Kind = '+I' | '-U' | '+U' | '-D';

/** A row as it is written. */
export interface KindRow {
  readonly kind: Kind;
  readonly row: ModelRow;
}

/** A column. `value` when null: what a write puts in. */
export interface Column {
  readonly id: number;
  readonly name: string;
  readonly type: TypeName;
  readonly nullable: boolean;
  readonly defaultValue?: Cell;
}

/**
 * A table to be. `keys` empty: rows are kept as they come. `alters`: columns may change; `deletes`: keys may
 * go.
 */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly keys: readonly string[];
  readonly partitions: readonly string[];
  readonly engine: 'deduplicate' | 'partial-update' | 'aggregation';
  readonly options: Readonly<Record<string, string>>;
  readonly alters: boolean;
  readonly deletes: boolean;
}

/** Values columns have beside the keys, in random order. */
const VALUES: readonly (readonly [name: string, TypeName])[] = [
  ['v', 'INT'],
  ['s', 'STRING'],
  ['b', 'BIGINT'],
  ['d', 'DOUBLE'],
  ['m', 'DECIMAL(9, 2)'],
  ['t', 'TIMESTAMP(3)'],
];

const BASE = { engine: 'deduplicate', partitions: [], options: {}, alters: true, deletes: true } as const;

interface Kernel extends Omit<TableShape, 'columns'> {
  readonly keyTypes: readonly (readonly [name: string, TypeName])[];
}

/** Every kind of table, by name. Keys come first, with partitions among them. */
const KERNELS: readonly Kernel[] = [
  { ...BASE, name: 'upsert', keyTypes: [['k', 'INT']], keys: ['k'], options: { bucket: '1' } },
  {
    ...BASE,
    name: 'upsert-buckets',
    keyTypes: [
      ['k', 'STRING'],
      ['k2', 'BIGINT'],
    ],
    keys: ['k', 'k2'],
    options: { bucket: '4' },
  },
  {
    ...BASE,
    name: 'upsert-partitioned',
    keyTypes: [
      ['p', 'STRING'],
      ['k', 'BIGINT'],
    ],
    keys: ['p', 'k'],
    partitions: ['p'],
    options: { bucket: '2', 'bucket-key': 'k' },
  },
  {
    ...BASE,
    name: 'upsert-sequence',
    keyTypes: [
      ['k', 'INT'],
      ['q', 'INT'],
    ],
    keys: ['k'],
    options: { bucket: '2', 'sequence.field': 'q' },
  },
  {
    ...BASE,
    name: 'partial-update',
    engine: 'partial-update',
    keyTypes: [['k', 'INT']],
    keys: ['k'],
    options: {
      bucket: '2',
      'merge-engine': 'partial-update',
      'partial-update.remove-record-on-delete': 'true',
    },
    alters: false,
  },
  {
    ...BASE,
    name: 'aggregation',
    engine: 'aggregation',
    keyTypes: [['k', 'INT']],
    keys: ['k'],
    options: {
      bucket: '2',
      'merge-engine': 'aggregation',
      'fields.b.aggregate-function': 'sum',
      'fields.v.aggregate-function': 'max',
      'fields.v.ignore-retract': 'true',
      'fields.default-aggregate-function': 'last_non_null_value',
    },
    alters: false,
  },
  { ...BASE, name: 'append', keyTypes: [], keys: [], options: { bucket: '-1' }, deletes: false },
  {
    ...BASE,
    name: 'append-partitioned',
    keyTypes: [['p', 'INT']],
    keys: [],
    partitions: ['p'],
    options: { bucket: '-1' },
    deletes: false,
  },
  {
    ...BASE,
    name: 'append-buckets',
    keyTypes: [['k', 'STRING']],
    keys: [],
    // Java's writer fails where two compactions of a bucket follow each other in one commit: it leaves them
    // out.
    options: { bucket: '3', 'bucket-key': 'k', 'write-only': 'true' },
    deletes: false,
  },
];

/** The names `shapeOf` takes. */
export const SHAPE_NAMES: readonly string[] = KERNELS.map(({ name }) => name);

/** A random table of that kind: which columns, in what order, and how files and manifests are written. */
export function shapeOf(dice: Dice, name: string): TableShape {
  const kernel = KERNELS.find((k) => k.name === name);
  if (kernel === undefined) throw new Error(`there is no shape ${name}`);
  const { keyTypes, ...rest } = kernel;
  const values = VALUES.map((value) => ({ value, at: dice.roll(1000) })).sort((a, b) => a.at - b.at);
  const aggregated = kernel.engine === 'aggregation';
  const taken = aggregated ? values : values.slice(0, 2 + dice.roll(4));
  const all = [...keyTypes, ...taken.map(({ value }) => value)];
  const columns = all.map(([column, type], id): Column => {
    return { id, name: column, type, nullable: !kernel.keys.includes(column) };
  });
  return { ...rest, columns, options: { ...writingOptions(dice, kernel), ...optionsOf(kernel, columns) } };
}

/** Columns without an aggregate function have the default's, named for the model. */
function optionsOf({ options, engine, keys }: Kernel, columns: readonly Column[]): Record<string, string> {
  if (engine !== 'aggregation') return { ...options };
  const { 'fields.default-aggregate-function': usual, ...named } = options;
  const others = columns.filter(
    ({ name }) => !keys.includes(name) && named[`fields.${name}.aggregate-function`] === undefined,
  );
  const spelled = others.flatMap(({ name }) => [
    [`fields.${name}.aggregate-function`, usual as string],
    [`fields.${name}.ignore-retract`, 'true'],
  ]);
  return { ...named, ...(Object.fromEntries(spelled) as Record<string, string>) };
}

/** Options that change files but no row. */
function writingOptions(dice: Dice, { keys }: Kernel): Record<string, string> {
  const keyed = keys.length > 0;
  const maybe = (option: string, values: readonly string[]): [string, string][] =>
    dice.roll(3) === 0 ? [[option, dice.pick(values)]] : [];
  return Object.fromEntries([
    ...maybe('write-only', ['true']),
    ...maybe('metadata.stats-mode', ['full', 'counts', 'none', 'truncate(2)']),
    ...maybe('metadata.stats-dense-store', ['false']),
    ...maybe('file.compression', ['snappy', 'none', 'gzip', 'lz4']),
    ...maybe('manifest.merge-min-count', ['2', '4']),
    ...maybe('manifest.target-file-size', ['1 kb', '4 kb']),
    ...maybe('manifest.full-compaction-threshold-size', ['1 kb']),
    ...maybe('manifest.compression', ['null', 'snappy', 'deflate']),
    ...(keyed ? maybe('data-file.thin-mode', ['true']) : []),
    ...(keyed ? maybe('changelog-producer', ['input']) : []),
    ...(keyed ? maybe('num-levels', ['3', '4']) : []),
    ...(keyed ? maybe('num-sorted-run.compaction-trigger', ['2', '3']) : []),
    ...(keyed ? [] : maybe('compaction.min.file-num', ['2'])),
  ]);
}

/** The table as both create it. */
export function draftOf({ columns, keys, partitions, options }: TableShape): SchemaDraft {
  const fields = columns.map(({ name, type, nullable }) => ({
    name,
    type: parseType(nullable ? type : `${type} NOT NULL`),
  }));
  return { fields, primaryKeys: keys, partitionKeys: partitions, options };
}
