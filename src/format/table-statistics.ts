// What ANALYZE found out about a table, as Paimon stores it in statistics/stat-<uuid>-<n>.
import { parseJson } from '../codec/index.ts';
import { dropUndefined, Members } from './members.ts';

/**
 * Statistics of a whole table.
 *
 * Shape   `columns` by name as they were called when analyzed. Absent members were not computed.
 * Units   `mergedRecordCount` rows after merging; `mergedRecordSize` bytes.
 * Source  Paimon, stats/Statistics.java.
 */
export interface TableStatistics {
  readonly snapshotId: bigint;
  readonly schemaId: bigint;
  readonly mergedRecordCount?: bigint;
  readonly mergedRecordSize?: bigint;
  readonly columns: ReadonlyMap<string, AnalyzedColumn>;
}

/**
 * Statistics of one column. `min` and `max` are texts as Java's serializers write them; lengths in bytes.
 *
 * Source  Paimon, stats/ColStats.java.
 */
export interface AnalyzedColumn {
  readonly colId: number;
  readonly distinctCount?: bigint;
  readonly min?: string;
  readonly max?: string;
  readonly nullCount?: bigint;
  readonly avgLen?: bigint;
  readonly maxLen?: bigint;
}

/**
 * A statistics file.
 *
 * Errors  `FILE_CORRUPT` naming file and member.
 */
export function parseTableStatistics(text: string, file: string): TableStatistics {
  const json = new Members(parseJson(text, file), file);
  const columns = json.optionalObject('colStats');
  const names = columns?.names() ?? [];
  return dropUndefined({
    snapshotId: json.long('snapshotId'),
    schemaId: json.long('schemaId'),
    mergedRecordCount: json.optionalLong('mergedRecordCount'),
    mergedRecordSize: json.optionalLong('mergedRecordSize'),
    columns: new Map(
      names.map((name) => [name, columnOf(columns?.optionalObject(name) ?? json.missing(name))]),
    ),
  });
}

function columnOf(json: Members): AnalyzedColumn {
  return dropUndefined({
    colId: json.int('colId'),
    distinctCount: json.optionalLong('distinctCount'),
    min: json.optionalText('min'),
    max: json.optionalText('max'),
    nullCount: json.optionalLong('nullCount'),
    avgLen: json.optionalLong('avgLen'),
    maxLen: json.optionalLong('maxLen'),
  });
}
