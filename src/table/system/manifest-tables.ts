// System tables about a snapshot's metadata files: manifests, index files, statistics.
import type { Value } from '../../codec/index.ts';
import { decodeIndexManifest, parseTableStatistics, type TableStatistics } from '../../format/index.ts';
import { checkFileName } from '../directories.ts';
import { readText } from '../metadata-file.ts';
import { listManifests, readManifestFile } from '../plan/scan-entries.ts';

import type { Table } from '../table.ts';
import { partitionRowText } from './partition-text.ts';
import { shownSnapshot } from './shown-snapshot.ts';
import { columns, type SystemTable } from './system-table.ts';

/**
 * `$manifests`: of the snapshot's base, delta and changelog lists, in that order. Source:
 * ManifestsTable.java.
 */
export const MANIFESTS: SystemTable = {
  name: 'manifests',
  fields: columns({
    file_name: 'STRING NOT NULL',
    file_size: 'BIGINT NOT NULL',
    num_added_files: 'BIGINT NOT NULL',
    num_deleted_files: 'BIGINT NOT NULL',
    schema_id: 'BIGINT NOT NULL',
    min_partition_stats: 'STRING',
    max_partition_stats: 'STRING',
    min_row_id: 'BIGINT',
    max_row_id: 'BIGINT',
  }),
  async *rows(table: Table) {
    const snapshot = await shownSnapshot(table);
    if (snapshot === undefined) return;
    const text = partitionRowText(table.schema);
    for (const mode of ['all', 'changelog'] as const) {
      for (const meta of await listManifests(table, snapshot, mode)) {
        const { partitionStats, fileName } = meta;
        yield [
          fileName,
          meta.fileSize,
          meta.numAddedFiles,
          meta.numDeletedFiles,
          BigInt(meta.schemaId),
          text(partitionStats.minValues, fileName),
          text(partitionStats.maxValues, fileName),
          meta.minRowId ?? null,
          meta.maxRowId ?? null,
        ];
      }
    }
  },
};

/** `$table_indexes`: the index files of the snapshot. Source: TableIndexesTable.java. */
export const TABLE_INDEXES: SystemTable = {
  name: 'table_indexes',
  fields: columns({
    partition: 'STRING',
    bucket: 'INT NOT NULL',
    index_type: 'STRING NOT NULL',
    file_name: 'STRING NOT NULL',
    file_size: 'BIGINT NOT NULL',
    row_count: 'BIGINT NOT NULL',
    dv_ranges: {
      kind: 'ARRAY',
      nullable: true,
      element: {
        kind: 'ROW',
        nullable: true,
        fields: columns({
          f0: 'STRING NOT NULL',
          f1: 'INT NOT NULL',
          f2: 'INT NOT NULL',
          _CARDINALITY: 'BIGINT',
        }),
      },
    },
  }),
  async *rows(table: Table) {
    const snapshot = await shownSnapshot(table);
    if (snapshot?.indexManifest === undefined) return;
    const text = partitionRowText(table.schema);
    const { path, bytes } = await readManifestFile(table, snapshot.indexManifest);
    for (const entry of decodeIndexManifest(bytes, path)) {
      yield [
        text(entry.partition, path),
        entry.bucket,
        entry.indexType,
        entry.fileName,
        entry.fileSize,
        entry.rowCount,
        entry.deletionVectors?.map(
          (v): Value => [v.dataFileName, v.offset, v.length, v.cardinality ?? null],
        ) ?? null,
      ];
    }
  },
};

/** `$statistics`: what ANALYZE left for the snapshot, one row or none. Source: StatisticTable.java. */
export const STATISTICS: SystemTable = {
  name: 'statistics',
  fields: columns({
    snapshot_id: 'BIGINT NOT NULL',
    schema_id: 'BIGINT NOT NULL',
    mergedRecordCount: 'BIGINT',
    mergedRecordSize: 'BIGINT',
    colstat: 'STRING',
  }),
  async *rows(table: Table) {
    const snapshot = await shownSnapshot(table);
    if (snapshot?.statistics === undefined) return;
    checkFileName(snapshot.statistics);
    const path = `${table.path}/statistics/${snapshot.statistics}`;
    const statistics = parseTableStatistics(await readText(table.store, path), path);
    const { snapshotId, schemaId, mergedRecordCount, mergedRecordSize } = statistics;
    yield [
      snapshotId,
      schemaId,
      mergedRecordCount ?? null,
      mergedRecordSize ?? null,
      columnsText(statistics),
    ];
  },
};

/** The columns as Jackson's default pretty printer writes them. */
function columnsText({ columns }: TableStatistics): string {
  const texts = [...columns].map(([name, column]) => {
    const members = Object.entries(column).map(([member, value]) => {
      const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
      return `    "${member}" : ${text}`;
    });
    return `  ${JSON.stringify(name)} : {\n${members.join(',\n')}\n  }`;
  });
  return texts.length === 0 ? '{ }' : `{\n${texts.join(',\n')}\n}`;
}
