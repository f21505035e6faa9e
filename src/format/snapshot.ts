// A snapshot as Paimon stores it in snapshot/snapshot-<id>, changelog/changelog-<id> and tag/tag-<name>.

export type CommitKind = 'APPEND' | 'COMPACT' | 'OVERWRITE' | 'ANALYZE';

/**
 * One committed state of a table.
 *
 * Shape   file names are base names inside `manifest/`, `statistics/`. Absent members are undefined.
 * Units   `timeMillis` and `watermark` milliseconds since the epoch; counts are rows in files, not live keys.
 * Source  Paimon, Snapshot.java.
 */
export interface Snapshot {
  readonly version: number;
  readonly uuid?: string;
  readonly id: bigint;
  readonly schemaId: number;
  readonly baseManifestList: string;
  readonly baseManifestListSize?: bigint;
  readonly deltaManifestList: string;
  readonly deltaManifestListSize?: bigint;
  readonly changelogManifestList?: string;
  readonly changelogManifestListSize?: bigint;
  readonly indexManifest?: string;
  readonly commitUser: string;
  readonly commitIdentifier: bigint;
  readonly commitKind: CommitKind;
  readonly timeMillis: bigint;
  readonly totalRecordCount?: bigint;
  readonly deltaRecordCount?: bigint;
  readonly changelogRecordCount?: bigint;
  readonly watermark?: bigint;
  readonly statistics?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly nextRowId?: bigint;
  readonly operation?: string;
  readonly logOffsets?: Readonly<Record<string, bigint>>;
}

/** A tag: the snapshot it keeps, with the two members a tag file may add. `timeRetainedSeconds` is Java's Duration as decimal text. */
export interface Tag extends Snapshot {
  readonly tagCreateTime?: readonly number[];
  readonly tagTimeRetained?: string;
}
