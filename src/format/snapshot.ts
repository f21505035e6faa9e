// A snapshot as Paimon stores it in snapshot/snapshot-<id>, changelog/changelog-<id> and tag/tag-<name>.

import { LakeError } from '../base/index.ts';
import { parseJson } from '../codec/index.ts';
import { dropUndefined, Members } from './members.ts';

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

/**
 * A tag: the snapshot it keeps, with the two members a tag file may add.
 *
 * Units   `tagCreateTime` is Java's LocalDateTime as a list [year, month, day, hour, minute, second?,
 *         nanosecond?]; `tagTimeRetained` seconds as a decimal number in text.
 */
export interface Tag extends Snapshot {
  readonly tagCreateTime?: readonly number[];
  readonly tagTimeRetained?: string;
}

/** The newest layout of snapshot files that is understood. */
const VERSION_MAX = 3;
const COMMIT_KINDS: readonly string[] = ['APPEND', 'COMPACT', 'OVERWRITE', 'ANALYZE'] satisfies CommitKind[];

/**
 * A snapshot or changelog file. Members that are unknown are ignored; members later versions added may be
 * absent.
 *
 * Errors  `FILE_CORRUPT` naming file and member; `FEATURE_UNSUPPORTED` for a newer version.
 * Source  Paimon, Snapshot.java, Changelog.java.
 */
export function parseSnapshot(text: string, file: string): Snapshot {
  return snapshotOf(new Members(parseJson(text, file), file));
}

/**
 * A tag file: a snapshot with two more members.
 *
 * Errors  as `parseSnapshot`.
 * Source  Paimon, tag/Tag.java.
 */
export function parseTag(text: string, file: string): Tag {
  const json = new Members(parseJson(text, file), file);
  const tag: Tag = snapshotOf(json);
  const created = json.optionalList('tagCreateTime')?.map((part) => {
    if (typeof part !== 'bigint' && typeof part !== 'number')
      throw json.bad('tagCreateTime', 'is no list of integers');
    return Number(part);
  });
  const retained = json.get('tagTimeRetained');
  if (retained !== undefined && typeof retained === 'object')
    throw json.bad('tagTimeRetained', 'is no duration');
  return {
    ...tag,
    ...(created === undefined ? {} : { tagCreateTime: created }),
    ...(retained === undefined ? {} : { tagTimeRetained: String(retained) }),
  };
}

function snapshotOf(json: Members): Snapshot {
  const version = json.optionalInt('version') ?? 1;
  if (version > VERSION_MAX) {
    throw new LakeError(
      'FEATURE_UNSUPPORTED',
      `${json.file}: snapshot version ${version} is newer than ${VERSION_MAX}.`,
      {
        feature: `snapshot version ${version}`,
        file: json.file,
      },
    );
  }
  const commitKind = json.text('commitKind');
  if (!COMMIT_KINDS.includes(commitKind)) throw json.bad('commitKind', `is ${JSON.stringify(commitKind)}`);
  return dropUndefined({
    version,
    uuid: json.optionalText('uuid'),
    id: json.long('id'),
    schemaId: json.int('schemaId'),
    baseManifestList: json.text('baseManifestList'),
    baseManifestListSize: json.optionalLong('baseManifestListSize'),
    deltaManifestList: json.text('deltaManifestList'),
    deltaManifestListSize: json.optionalLong('deltaManifestListSize'),
    changelogManifestList: json.optionalText('changelogManifestList'),
    changelogManifestListSize: json.optionalLong('changelogManifestListSize'),
    indexManifest: json.optionalText('indexManifest'),
    commitUser: json.text('commitUser'),
    commitIdentifier: json.long('commitIdentifier'),
    commitKind: commitKind as CommitKind,
    timeMillis: json.long('timeMillis'),
    totalRecordCount: json.optionalLong('totalRecordCount'),
    deltaRecordCount: json.optionalLong('deltaRecordCount'),
    changelogRecordCount: json.optionalLong('changelogRecordCount'),
    watermark: json.optionalLong('watermark'),
    statistics: json.optionalText('statistics'),
    properties: json.optionalTextMap('properties'),
    nextRowId: json.optionalLong('nextRowId'),
    operation: json.optionalText('operation'),
    logOffsets: longMap(json.optionalObject('logOffsets')),
  });
}

function longMap(json: Members | undefined): Readonly<Record<string, bigint>> | undefined {
  return json && Object.fromEntries(json.names().map((name) => [name, json.long(name)]));
}
