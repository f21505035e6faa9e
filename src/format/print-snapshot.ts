// Snapshot files as Java writes them: the members in its order, absent ones left out.
import { printJson } from '../codec/index.ts';
import type { Snapshot } from './snapshot.ts';

/** The members in Java's order. Source: Paimon, Snapshot.java (1.4.2). */
const MEMBERS = [
  'version',
  'uuid',
  'id',
  'schemaId',
  'baseManifestList',
  'baseManifestListSize',
  'deltaManifestList',
  'deltaManifestListSize',
  'changelogManifestList',
  'changelogManifestListSize',
  'indexManifest',
  'commitUser',
  'commitIdentifier',
  'commitKind',
  'timeMillis',
  'logOffsets',
  'totalRecordCount',
  'deltaRecordCount',
  'changelogRecordCount',
  'watermark',
  'statistics',
  'properties',
  'nextRowId',
  'operation',
] as const satisfies readonly (keyof Snapshot)[];

/**
 * The text of a snapshot file, byte for byte what Java writes for it.
 *
 * Source  Paimon, Snapshot.java (toJson), utils/JsonSerdeUtil.java: Jackson's default pretty printer.
 */
export function printSnapshot(snapshot: Snapshot): string {
  return object(
    MEMBERS.map((name) => [name, snapshot[name]] as const),
    '',
  );
}

function object(members: readonly (readonly [name: string, value: unknown])[], indent: string): string {
  const there = members.filter(([, value]) => value !== undefined);
  if (there.length === 0) return '{ }';
  const inner = `${indent}  `;
  const lines = there.map(([name, value]) => {
    const nested = typeof value === 'object' && value !== null;
    return `${inner}${printJson(name)} : ${nested ? object(Object.entries(value), inner) : printJson(value)}`;
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
