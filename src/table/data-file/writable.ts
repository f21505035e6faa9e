// Which tables can be written, and how. What this version would write wrongly is refused here, before
// anything is written.
import { type Field, LakeError, unsupported } from '../../base/index.ts';
import { avroRowSchema, parseText, type Value } from '../../codec/index.ts';
import { bucketKeys, crossPartitionUpdate, fieldsOf, trimmedPrimaryKeys } from '../../format/index.ts';
import { type MergeSpec, mergeSpec } from '../../tree/index.ts';
import type { Table } from '../table.ts';
import { flag, memorySize } from '../table-options.ts';
import { fileFields } from './file-fields.ts';
import type { Storage } from './format-file.ts';
import { type Storages, storagesOf } from './storage.ts';

const MIB = 1024 * 1024;

/**
 * How rows of a table become files.
 *
 * Shape   `spec` undefined for append tables; `bucketCount` -1 where rows are in no particular bucket;
 *         `totalBuckets` as manifest entries have it. `kindColumn`: the column of option `rowkind.field`.
 * Units   `fileBytesTarget` bytes of a file.
 */
export interface WritePlan {
  readonly fields: readonly Field[];
  readonly keyFields: readonly Field[];
  readonly spec: MergeSpec | undefined;
  readonly bucketCount: number;
  readonly bucketKey: readonly string[];
  readonly ignoreDelete: boolean;
  readonly ignoreUpdateBefore: boolean;
  readonly kindColumn: string | undefined;
  readonly storages: Storages;
  readonly filePrefix: string;
  readonly fileBytesTarget: number;
  readonly thin: boolean;
  /** How changelog files of the rows that come in are made; undefined when none are. */
  readonly changelog: ChangelogPlan | undefined;
  /** By column: what stands for a null. */
  readonly defaults: ReadonlyMap<string, Value>;
}

/** How changelog files differ from data files. `statsMode` as `metadata.stats-mode`. */
export interface ChangelogPlan {
  readonly storage: Storage;
  readonly filePrefix: string;
  readonly statsMode: string;
}

/** Options that must have one of these values, absent meaning the first: option, values, what it does. */
const WRITABLE: readonly (readonly [option: string, values: readonly string[], why: string])[] = [
  ['changelog-producer', ['none', 'input'], 'needs changelog files made by compaction or lookups'],
  ['deletion-vectors.enabled', ['false'], 'needs deletion vectors, made by compaction'],
  ['row-tracking.enabled', ['false'], 'gives rows ids'],
  ['data-file.external-paths', [''], 'puts data files outside the table'],
  ['file.suffix.include.compression', ['false'], 'names data files another way'],
  ['write.sequence-number-init-mode', ['scan'], 'numbers rows another way'],
  ['sequence.auto-padding', [''], 'pads sequence numbers'],
  ['commit.strict-mode.last-safe-snapshot', [''], 'checks commits of others'],
];

/**
 * Says how to write a table.
 *
 * Errors  FEATURE_UNSUPPORTED naming the option or type; SCHEMA_INVALID where Java refuses too.
 * Source  Paimon, table/BucketMode.java, CoreOptions.java.
 */
export function planWrite(table: Table): WritePlan {
  const { schema, options } = table;
  const { raw } = options;
  for (const [option, values, why] of WRITABLE) {
    const value = (raw[option] ?? values[0] ?? '').trim().toLowerCase();
    if (!values.includes(value)) {
      throw unsupported(
        option,
        `Option '${option}' = '${raw[option]}' ${why}, which this version does not write.`,
      );
    }
  }
  const keyed = schema.primaryKeys.length > 0;
  checkBuckets(table, keyed);
  const fileBytesTarget = memorySize(raw, 'target-file-size', (keyed ? 128 : 256) * MIB);
  const { fields } = schema;
  const spec = keyed ? { ...mergeSpec(schema, fields, { keepDeletes: true }), lookup: false } : undefined;
  const thin = keyed && flag(raw, 'data-file.thin-mode', false);
  const storages = storagesOf(raw, keyed);
  const changelog = options.changelogProducer === 'input' ? changelogPlan(raw, storages) : undefined;
  const ways = [...storages.distinct, ...(changelog === undefined ? [] : [changelog.storage])];
  // Refuses what Avro does not hold.
  if (ways.some(({ format }) => format === 'avro')) avroRowSchema(fileFields({ fields, spec, thin }));
  return {
    fields,
    keyFields: fieldsOf(schema, trimmedPrimaryKeys(schema)),
    spec,
    bucketCount: options.bucket,
    bucketKey: bucketKeys(schema),
    ignoreDelete: IGNORE_DELETE.some((option) => flag(raw, option, false)),
    ignoreUpdateBefore: flag(raw, 'ignore-update-before', false),
    kindColumn: kindColumn(table),
    storages,
    filePrefix: raw['data-file.prefix'] ?? 'data-',
    fileBytesTarget,
    thin,
    changelog,
    defaults: defaultsOf(schema.fields),
  };
}

/** Source: Paimon, io/KeyValueFileWriterFactory.java (WriteFormatKey). */
function changelogPlan(raw: Readonly<Record<string, string>>, storages: Storages): ChangelogPlan {
  return {
    storage: storages.changelog(),
    filePrefix: raw['changelog-file.prefix'] ?? 'changelog-',
    statsMode: raw['changelog-file.stats-mode'] ?? storages.statsMode(0),
  };
}

/** Throws unless the table is opened at its newest schema: files are written by that one only. */
export async function requireNewestSchema(table: Table): Promise<void> {
  const newest = await table.schemas.latest();
  if (newest?.id === table.schema.id) return requireSameTable(table);
  throw new LakeError('ARGUMENT_INVALID', 'The table is opened at an older schema; open it again to write.');
}

/**
 * Throws when the table was dropped and made again: its new schema may have the number of the one this table
 * was opened at, and would be taken for it by all who read what is written.
 */
export async function requireSameTable({ schemas, schema }: Table): Promise<void> {
  if (await schemas.stays(schema.id)) return;
  throw new LakeError('ARGUMENT_INVALID', 'The table was made again since it was opened; open it again.');
}

const IGNORE_DELETE = [
  'ignore-delete',
  'first-row.ignore-delete',
  'deduplicate.ignore-delete',
  'partial-update.ignore-delete',
];

function checkBuckets({ schema, options }: Table, keyed: boolean): void {
  const { bucket } = options;
  if (bucket > 0) {
    if (!keyed && bucketKeys(schema).length === 0)
      throw new LakeError(
        'SCHEMA_INVALID',
        "A table with a fixed 'bucket' and no primary key needs 'bucket-key'.",
      );
    if (keyed && crossPartitionUpdate(schema))
      throw unsupported(
        'cross-partition update',
        'A primary key without all partition columns is not written.',
      );
    return;
  }
  if (bucket === -1 && !keyed) return;
  const mode = bucket === -2 ? 'postpone' : 'dynamic';
  throw unsupported(
    'bucket',
    `Option 'bucket' = '${bucket}': ${mode} buckets are not written by this version.`,
  );
}

function kindColumn({ schema, options }: Table): string | undefined {
  const name = options.raw['rowkind.field'];
  if (name === undefined) return undefined;
  const field = schema.fields.find((f) => f.name === name);
  if (field?.type.kind === 'VARCHAR' || field?.type.kind === 'CHAR') return name;
  throw new LakeError('SCHEMA_INVALID', `Option 'rowkind.field' = '${name}' names no text column.`);
}

function defaultsOf(fields: readonly Field[]): ReadonlyMap<string, Value> {
  const defaults = new Map<string, Value>();
  for (const { name, type, defaultValue } of fields) {
    if (defaultValue === undefined) continue;
    if (type.kind === 'ARRAY' || type.kind === 'MAP' || type.kind === 'MULTISET' || type.kind === 'ROW')
      throw unsupported('default value', `Column ${name}: defaults of type ${type.kind} are not written.`);
    defaults.set(name, parseText(type, defaultValue));
  }
  return defaults;
}
