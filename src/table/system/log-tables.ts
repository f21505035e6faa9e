// System tables about the table itself: its snapshots, schemas, options, tags, branches and consumers.
import { checkAborted, printFieldJson, printType } from '../../base/index.ts';
import { daysFromCivil, printJson, type Value } from '../../codec/index.ts';
import { branchDirectory } from '../directories.ts';
import type { Table } from '../table.ts';
import { columns, type SystemTable, timestampCell } from './system-table.ts';

/** `$snapshots`: every snapshot that exists, oldest first. Source: SnapshotsTable.java. */
export const SNAPSHOTS: SystemTable = {
  name: 'snapshots',
  fields: columns({
    snapshot_id: 'BIGINT NOT NULL',
    schema_id: 'BIGINT NOT NULL',
    commit_user: 'STRING NOT NULL',
    commit_identifier: 'BIGINT NOT NULL',
    commit_kind: 'STRING NOT NULL',
    commit_time: 'TIMESTAMP(3) NOT NULL',
    base_manifest_list: 'STRING NOT NULL',
    delta_manifest_list: 'STRING NOT NULL',
    changelog_manifest_list: 'STRING',
    total_record_count: 'BIGINT',
    delta_record_count: 'BIGINT',
    changelog_record_count: 'BIGINT',
    watermark: 'BIGINT',
    next_row_id: 'BIGINT',
  }),
  async *rows({ snapshots }: Table, signal?: AbortSignal) {
    for (const id of await snapshots.ids()) {
      checkAborted(signal);
      const s = await snapshots.tryRead(id);
      if (s === undefined) continue; // expired since it was listed
      yield [
        s.id,
        BigInt(s.schemaId),
        s.commitUser,
        s.commitIdentifier,
        s.commitKind,
        timestampCell(s.timeMillis),
        s.baseManifestList,
        s.deltaManifestList,
        s.changelogManifestList ?? null,
        s.totalRecordCount ?? null,
        s.deltaRecordCount ?? null,
        s.changelogRecordCount ?? null,
        s.watermark ?? null,
        s.nextRowId ?? null,
      ];
    }
  },
};

/**
 * `$schemas`: every schema version, oldest first; structured members as JSON text. Source: SchemasTable.java.
 */
export const SCHEMAS: SystemTable = {
  name: 'schemas',
  fields: columns({
    schema_id: 'BIGINT NOT NULL',
    fields: 'STRING NOT NULL',
    partition_keys: 'STRING NOT NULL',
    primary_keys: 'STRING NOT NULL',
    options: 'STRING NOT NULL',
    comment: 'STRING',
    update_time: 'TIMESTAMP(3) NOT NULL',
  }),
  async *rows({ schemas }: Table, signal?: AbortSignal) {
    for (const id of await schemas.ids()) {
      checkAborted(signal);
      const s = await schemas.byId(id);
      yield [
        BigInt(s.id),
        printJson(s.fields.map(printFieldJson)),
        printJson(s.partitionKeys),
        printJson(s.primaryKeys),
        printJson(s.options),
        s.comment ?? null,
        timestampCell(s.timeMillis),
      ];
    }
  },
};

/** `$options`: the options of the newest schema. Source: OptionsTable.java. */
export const OPTIONS: SystemTable = {
  name: 'options',
  fields: columns({ key: 'STRING NOT NULL', value: 'STRING NOT NULL' }),
  async *rows({ schemas }: Table) {
    for (const entry of Object.entries((await schemas.latest())?.options ?? {})) yield entry;
  },
};

/** `$tags`, by name. Source: TagsTable.java. */
export const TAGS: SystemTable = {
  name: 'tags',
  fields: columns({
    tag_name: 'STRING NOT NULL',
    snapshot_id: 'BIGINT NOT NULL',
    schema_id: 'BIGINT NOT NULL',
    commit_time: 'TIMESTAMP(3) NOT NULL',
    record_count: 'BIGINT',
    create_time: 'TIMESTAMP(3)',
    time_retained: 'STRING',
  }),
  async *rows({ snapshots }: Table) {
    for (const { name, tag } of await snapshots.tags()) {
      yield [
        name,
        tag.id,
        BigInt(tag.schemaId),
        timestampCell(tag.timeMillis),
        tag.totalRecordCount ?? null,
        tag.tagCreateTime === undefined ? null : wallClockCell(tag.tagCreateTime),
        tag.tagTimeRetained === undefined ? null : durationText(tag.tagTimeRetained),
      ];
    }
  },
};

/**
 * `$branches`: `create_time` is the directory's modification time, as in Java. Source: BranchesTable.java.
 */
export const BRANCHES: SystemTable = {
  name: 'branches',
  fields: columns({ branch_name: 'STRING NOT NULL', create_time: 'TIMESTAMP(3) NOT NULL' }),
  async *rows({ snapshots, store, path }: Table) {
    for (const name of await snapshots.branches()) {
      const stat = await store.stat(branchDirectory(path, name));
      if (stat !== undefined) yield [name, timestampCell(BigInt(Math.trunc(stat.modifiedMs)))];
    }
  },
};

/** `$consumers`: which snapshot each will read next. Source: ConsumersTable.java. */
export const CONSUMERS: SystemTable = {
  name: 'consumers',
  fields: columns({ consumer_id: 'STRING NOT NULL', next_snapshot_id: 'BIGINT NOT NULL' }),
  async *rows({ snapshots }: Table) {
    for (const { id, nextSnapshot } of await snapshots.consumers()) yield [id, nextSnapshot];
  },
};

/**
 * `$aggregation_fields`: the options each column carries, as Java's lists print. Source:
 * AggregationFieldsTable.java.
 */
export const AGGREGATION_FIELDS: SystemTable = {
  name: 'aggregation_fields',
  fields: columns({
    field_name: 'STRING NOT NULL',
    field_type: 'STRING NOT NULL',
    function: 'STRING',
    function_options: 'STRING',
    comment: 'STRING',
  }),
  async *rows({ schemas }: Table) {
    const schema = await schemas.latest();
    const options = Object.entries(schema?.options ?? {}).map(([key, value]) => ({
      parts: key.split('.'),
      key,
      value,
    }));
    for (const field of schema?.fields ?? []) {
      const own = options.filter(({ parts }) => parts[0] === 'fields' && parts[1] === field.name);
      yield [
        field.name,
        printType(field.type),
        `[${own.map(({ value }) => value).join(', ')}]`,
        `[${own.map(({ key }) => key).join(', ')}]`,
        field.description ?? null,
      ] satisfies Value[];
    }
  },
};

/**
 * Java's LocalDateTime as JSON has it, [year, month, day, hour, minute, second, nanos] with trailing zeros
 * left out.
 */
function wallClockCell(parts: readonly number[]): bigint {
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, nanos = 0] = parts;
  const seconds = (daysFromCivil(year, month, day) * 24 + hour) * 3600 + minute * 60 + second;
  return BigInt(seconds) * 1_000_000n + BigInt(Math.trunc(nanos / 1_000_000)) * 1000n;
}

/** Seconds with a decimal fraction as Java's Duration prints itself: `PT26H3M4.5S`. */
function durationText(seconds: string): string {
  const [whole = '0', fraction = ''] = seconds.split('.');
  const total = BigInt(whole);
  const rest = fraction.replace(/0+$/, '');
  const hours = total / 3600n;
  const minutes = (total / 60n) % 60n;
  const last = total % 60n;
  if (total === 0n && rest === '') return 'PT0S';
  const hoursText = hours === 0n ? '' : `${hours}H`;
  const minutesText = minutes === 0n ? '' : `${minutes}M`;
  const secondsText = last === 0n && rest === '' ? '' : `${last}${rest === '' ? '' : `.${rest}`}S`;
  return `PT${hoursText}${minutesText}${secondsText}`;
}
