// What a schema must hold before a table is made of it. Reads no file.
import type { Field } from '../../base/index.ts';
import { bucketKeys, crossPartitionUpdate, type TableSchema } from '../../format/index.ts';
import { checkFunctionName, mergeSpec } from '../../tree/index.ts';
import { type ChangelogProducer, parseTableOptions } from '../table-options.ts';
import { checkStart } from './check-start.ts';
import { checkAtomic, checkFormat } from './check-types.ts';
import { flagOf, intOf, splitLikeJava, splitOf, textOf, wordOf } from './option-values.ts';
import { refused } from './refuse.ts';

const PRODUCERS = ['none', 'input', 'full-compaction', 'lookup'] as const;
const ENGINES = ['deduplicate', 'partial-update', 'aggregation', 'first-row'] as const;
const SYSTEM_NAMES = ['_SEQUENCE_NUMBER', '_VALUE_KIND', '_LEVEL', 'rowkind', '_ROW_ID'];
const KEY_PREFIX = '_KEY_';
const POSTPONE_BUCKET = -2;
const INT_MAX = 2147483647;

/**
 * Refuses a schema that Java would refuse to write.
 *
 * Errors  `SCHEMA_INVALID` naming the column or option; `FEATURE_UNSUPPORTED` for what Java allows and
 *         Spillway could not read.
 * Source  Paimon, schema/SchemaValidation.java (validateTableSchema), in its order.
 */
export function checkSchema(schema: TableSchema): void {
  const { fields, options, primaryKeys, partitionKeys } = schema;
  parseTableOptions(options, primaryKeys.length > 0);
  checkAtomic(fields, primaryKeys, 'primary key');
  checkAtomic(fields, partitionKeys, 'partition keys');
  const upsertKey = options['upsert-key'] === '' ? [] : splitOf(options, 'upsert-key');
  checkAtomic(fields, upsertKey, 'upsert key');
  if (upsertKey.length > 0 && primaryKeys.length > 0) {
    throw refused("Option 'upsert-key' is for tables without a primary key.", { option: 'upsert-key' });
  }
  checkBucket(schema);
  checkStart(options);
  checkFieldOptions(schema);
  checkSequence(schema);
  if (primaryKeys.length > 0) mergeSpec(schema, fields);
  checkChangelog(schema);
  checkRetention(schema);
  checkFormat(schema);
  checkNames(fields);
  checkExpiration(schema);
  checkRowKind(schema);
  checkDeletionVectors(schema);
  checkSpecialColumns(schema);
  checkFunctionNames(schema);
  checkTableModes(schema);
}

function checkBucket(schema: TableSchema): void {
  const { options, fields } = schema;
  const option = 'bucket';
  const bucket = intOf(options, 'bucket') ?? -1;
  const append = schema.primaryKeys.length === 0;
  if (bucket === -1) {
    if (options['bucket-key'] !== undefined) {
      throw refused("Option 'bucket-key' needs a number of buckets in 'bucket'.", { option: 'bucket-key' });
    }
    if (append && intOf(options, 'full-compaction.delta-commits') !== undefined) {
      throw refused("Option 'full-compaction.delta-commits' is not for append tables without buckets.", {
        option: 'full-compaction.delta-commits',
      });
    }
    return;
  }
  if (bucket < 1 && (append || bucket !== POSTPONE_BUCKET)) {
    throw refused(`Option 'bucket' = ${bucket}: the number of buckets must be greater than 0.`, { option });
  }
  const keys = bucketKeys(schema);
  if (append && keys.length === 0) {
    throw refused("An append table with buckets needs the option 'bucket-key'.", { option: 'bucket-key' });
  }
  checkAtomic(fields, keys, 'bucket key');
  const twice = append ? keys.find((key, i) => keys.indexOf(key) !== i) : undefined;
  if (twice === undefined) return;
  throw refused(`Option 'bucket-key' names column ${twice} twice.`, { option: 'bucket-key' });
}

/** Options `fields.<columns>.…` must name columns. */
function checkFieldOptions({ fields, options }: TableSchema): void {
  const names = new Set(fields.map(({ name }) => name));
  for (const option of Object.keys(options)) {
    if (!option.startsWith('fields')) continue;
    const columns = option.split('.')[1];
    if (columns === undefined) throw refused(`Option '${option}' names no column.`, { option });
    const unknown = splitLikeJava(columns).find(
      (name) => name !== 'default-aggregate-function' && !names.has(name),
    );
    if (unknown === undefined) continue;
    throw refused(`Column ${unknown} of the option '${option}' does not exist.`, { option });
  }
}

function checkSequence(schema: TableSchema): void {
  const { options, fields } = schema;
  const option = 'sequence.field';
  const columns = splitOf(options, option).map((name) => name.trim());
  for (const [i, name] of columns.entries()) {
    if (!fields.some((field) => field.name === name)) {
      throw refused(`Column ${name} of the option '${option}' does not exist.`, { option });
    }
    if (options[`fields.${name}.aggregate-function`] !== undefined) {
      throw refused(`Column ${name} orders the records, so it can have no aggregate function.`, { option });
    }
    if (columns.indexOf(name) !== i)
      throw refused(`Option '${option}' names column ${name} twice.`, { option });
  }
  if (columns.length === 0) return;
  if (wordOf(options, ENGINES, 'merge-engine') === 'first-row') {
    throw refused(`Option '${option}' is not for the merge engine first-row.`, { option });
  }
  if (crossPartitionUpdate(schema)) {
    throw refused(`Option '${option}' needs all partition keys in the primary key.`, { option });
  }
}

function checkChangelog({ options, primaryKeys }: TableSchema): void {
  const option = 'changelog-producer';
  const producer: ChangelogProducer = wordOf(options, PRODUCERS, option);
  if (primaryKeys.length === 0 && producer !== 'none') {
    throw refused(`Option '${option}' needs a primary key.`, { option });
  }
  const overwrite = flagOf(options, 'streaming-read-overwrite');
  if (overwrite && (producer === 'full-compaction' || producer === 'lookup')) {
    throw refused(`Option 'streaming-read-overwrite' with the changelog producer ${producer} reads twice.`, {
      option: 'streaming-read-overwrite',
    });
  }
  if (overwrite && primaryKeys.length === 0) {
    throw refused("Without a primary key it is the option 'streaming-read-append-overwrite'.", {
      option: 'streaming-read-overwrite',
    });
  }
  const engine = wordOf(options, ENGINES, 'merge-engine');
  if (engine === 'first-row' && (producer === 'input' || producer === 'full-compaction')) {
    throw refused('The merge engine first-row takes the changelog producers none and lookup only.', {
      option,
    });
  }
}

function checkRetention({ options }: TableSchema): void {
  const snapshotMin = intOf(options, 'snapshot.num-retained.min') ?? 10;
  const snapshotMax = intOf(options, 'snapshot.num-retained.max') ?? INT_MAX;
  checkRange('snapshot.num-retained', snapshotMin, snapshotMax);
  checkRange(
    'changelog.num-retained',
    intOf(options, 'changelog.num-retained.min') ?? snapshotMin,
    intOf(options, 'changelog.num-retained.max') ?? snapshotMax,
  );
}

function checkRange(prefix: string, min: number, max: number): void {
  const option = `${prefix}.min`;
  if (min < 1) throw refused(`Option '${option}' = ${min} must be at least 1.`, { option });
  if (min > max)
    throw refused(`Option '${option}' = ${min} is larger than '${prefix}.max' = ${max}.`, { option });
}

function checkNames(fields: readonly Field[]): void {
  const taken = fields.find(({ name }) => SYSTEM_NAMES.includes(name) || name.startsWith(KEY_PREFIX));
  if (taken === undefined) return;
  throw refused(`Column ${taken.name} has a name that Paimon keeps for itself.`, { column: taken.name });
}

function checkExpiration({ fields, options, partitionKeys }: TableSchema): void {
  if (options['partition.expiration-time'] !== undefined && partitionKeys.length === 0) {
    throw refused("Option 'partition.expiration-time' needs partition keys.", {
      option: 'partition.expiration-time',
    });
  }
  const option = 'record-level.time-field';
  const name = textOf(options, option);
  if (name === undefined) return;
  const field = fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    throw refused(`Column ${name} of the option '${option}' does not exist.`, { option });
  }
  if (['INT', 'BIGINT', 'TIMESTAMP', 'TIMESTAMP_LTZ'].includes(field.type.kind)) return;
  throw refused(`Column ${name} of the option '${option}' must be INT, BIGINT or a timestamp.`, { option });
}

function checkRowKind({ fields, options }: TableSchema): void {
  const option = 'rowkind.field';
  const name = textOf(options, option);
  if (name === undefined || fields.some((field) => field.name === name)) return;
  throw refused(`Column ${name} of the option '${option}' does not exist.`, { option });
}

function checkDeletionVectors({ options }: TableSchema): void {
  const option = 'deletion-vectors.enabled';
  if (!flagOf(options, option)) return;
  if (wordOf(options, PRODUCERS, 'changelog-producer') === 'full-compaction') {
    throw refused('Deletion vectors take the changelog producers none, input and lookup only.', { option });
  }
  if (wordOf(options, ENGINES, 'merge-engine') === 'first-row') {
    throw refused('The merge engine first-row deletes nothing, so it takes no deletion vectors.', { option });
  }
}

/** Options about kinds of columns that no table of this version has. */
function checkSpecialColumns({ options }: TableSchema): void {
  const lists = [
    ['blob-descriptor-field', 'blob.stored-descriptor-fields'],
    ['blob-external-storage-field'],
    ['vector-field'],
  ] as const;
  for (const [option, ...others] of lists) {
    const columns = splitOf(options, option, ...others).filter((name) => name.trim() !== '');
    if (columns.length === 0) continue;
    throw refused(`Option '${option}' names ${columns[0]}, which is no such column.`, { option });
  }
  if (options['vector.file.format'] !== undefined) {
    throw refused("Option 'vector.file.format' needs 'data-evolution.enabled'.", {
      option: 'vector.file.format',
    });
  }
}

/** Functions must be known, also where they would not be used. */
function checkFunctionNames({ fields, options, primaryKeys }: TableSchema): void {
  const engine = wordOf(options, ENGINES, 'merge-engine');
  if (primaryKeys.length === 0 || engine === 'deduplicate' || engine === 'first-row') return;
  const shared = 'fields.default-aggregate-function';
  for (const { name } of fields) {
    const own = `fields.${name}.aggregate-function`;
    const option = options[own] === undefined ? shared : own;
    const named = options[option];
    if (named !== undefined) checkFunctionName(named, option);
  }
}

function checkTableModes({ options, primaryKeys }: TableSchema): void {
  const keyed = primaryKeys.length > 0;
  const bucket = intOf(options, 'bucket') ?? -1;
  if (flagOf(options, 'row-tracking.enabled') && (bucket !== -1 || keyed)) {
    throw refused("Option 'row-tracking.enabled' is for append tables with 'bucket' = -1.", {
      option: 'row-tracking.enabled',
    });
  }
  const option = 'clustering.incremental';
  if (flagOf(options, option)) {
    if (keyed) throw refused(`Option '${option}' is for append tables.`, { option });
    const ordered = flagOf(options, 'bucket-append-ordered', true);
    if (bucket !== -1 && (ordered || flagOf(options, 'deletion-vectors.enabled'))) {
      throw refused(
        `Option '${option}' with buckets needs 'bucket-append-ordered' = 'false' and no deletion vectors.`,
        { option },
      );
    }
  }
  if (flagOf(options, 'table-read.sequence-number.enabled') && !keyed) {
    throw refused("Option 'table-read.sequence-number.enabled' needs a primary key.", {
      option: 'table-read.sequence-number.enabled',
    });
  }
}
