// Small manifests merged into larger ones while a commit writes its base list, so that planning a read does
// not open thousands of files.
import {
  DeletedFiles,
  decodeManifest,
  type ManifestEntry,
  type ManifestFileMeta,
  mergeEntries,
} from '../../format/index.ts';
import { readAhead } from '../plan/scan-entries.ts';
import type { Table } from '../table.ts';
import { integer, memorySize } from '../table-options.ts';
import type { ManifestFiles } from './manifest-files.ts';

const MIB = 1024 * 1024;

/** When manifests are merged. Units: bytes. Source: Paimon, CoreOptions.java (`manifest.*`). */
export interface MergeThresholds {
  readonly targetBytes: bigint;
  readonly minCount: number;
  readonly fullBytes: bigint;
}

/** The thresholds of a table. */
export function mergeThresholds(raw: Readonly<Record<string, string>>): MergeThresholds {
  return {
    targetBytes: BigInt(memorySize(raw, 'manifest.target-file-size', 8 * MIB)),
    minCount: integer(raw, 'manifest.merge-min-count', 30),
    fullBytes: BigInt(memorySize(raw, 'manifest.full-compaction-threshold-size', 16 * MIB)),
  };
}

/**
 * The base list of the next snapshot: the manifests of the last one, merged where Java would.
 *
 * Limits  a minor merge holds the entries of manifests of `targetBytes` together; a full one a key for every
 *         DELETE and one manifest's entries.
 * Errors  FILE_MISSING, FILE_CORRUPT naming the manifest; those of writing.
 * Source  Paimon, operation/ManifestFileMerger.java.
 */
export async function mergeManifests(
  table: Table,
  files: ManifestFiles,
  input: readonly ManifestFileMeta[],
): Promise<readonly ManifestFileMeta[]> {
  const thresholds = mergeThresholds(table.options.raw);
  return (await fullMerge(table, files, input, thresholds)) ?? minorMerge(table, files, input, thresholds);
}

/** Which manifests a minor merge takes together: lists of one are kept as they are. Decides without I/O. */
export function pickMinor(
  input: readonly ManifestFileMeta[],
  { targetBytes, minCount }: MergeThresholds,
): readonly (readonly ManifestFileMeta[])[] {
  const picked: (readonly ManifestFileMeta[])[] = [];
  let candidates: ManifestFileMeta[] = [];
  let bytes = 0n;
  for (const meta of input) {
    bytes += meta.fileSize;
    candidates.push(meta);
    if (bytes < targetBytes) continue;
    picked.push(candidates);
    candidates = [];
    bytes = 0n;
  }
  if (candidates.length >= minCount) picked.push(candidates);
  else for (const meta of candidates) picked.push([meta]);
  return picked;
}

async function minorMerge(
  table: Table,
  files: ManifestFiles,
  input: readonly ManifestFileMeta[],
  thresholds: MergeThresholds,
): Promise<readonly ManifestFileMeta[]> {
  const result: ManifestFileMeta[] = [];
  for (const metas of pickMinor(input, thresholds)) {
    if (metas.length === 1) {
      result.push(...metas);
      continue;
    }
    const entries: ManifestEntry[] = [];
    for await (const one of entriesOf(table, metas)) for (const entry of one.entries) entries.push(entry);
    result.push(...(await files.writeManifests(mergeEntries(entries, `manifests of ${table.path}`))));
  }
  return result;
}

/** True for manifests a full merge rewrites in any case. */
function mustChange(meta: ManifestFileMeta, thresholds: MergeThresholds): boolean {
  return meta.numDeletedFiles > 0n || meta.fileSize < thresholds.targetBytes;
}

async function fullMerge(
  table: Table,
  files: ManifestFiles,
  input: readonly ManifestFileMeta[],
  thresholds: MergeThresholds,
): Promise<readonly ManifestFileMeta[] | undefined> {
  const changing = input.filter((meta) => mustChange(meta, thresholds));
  const bytes = changing.reduce((sum, meta) => sum + meta.fileSize, 0n);
  if (bytes < thresholds.fullBytes) return undefined;
  const gone = new DeletedFiles();
  const deleting = input.filter((meta) => meta.numDeletedFiles > 0n);
  for await (const { entries } of entriesOf(table, deleting)) for (const entry of entries) gone.add(entry);
  const result: ManifestFileMeta[] = [];
  // Nothing deleted: manifests that are large enough are not even opened.
  const merged = gone.size === 0 ? changing : input;
  if (gone.size === 0) result.push(...input.filter((meta) => !mustChange(meta, thresholds)));
  if (merged.length <= 1) return undefined;
  const writer = files.openManifests();
  for await (const { meta, entries } of entriesOf(table, merged)) {
    const live = entries.filter((entry) => gone.isLive(entry));
    const adds = entries.filter((entry) => entry.kind === 'ADD').length;
    if (!mustChange(meta, thresholds) && live.length === adds) result.push(meta);
    else await writer.append(live);
  }
  return [...result, ...(await writer.finish())];
}

interface ManifestContent {
  readonly meta: ManifestFileMeta;
  readonly entries: readonly ManifestEntry[];
}

async function* entriesOf(
  table: Table,
  metas: readonly ManifestFileMeta[],
): AsyncGenerator<ManifestContent, void, undefined> {
  let next = 0;
  for await (const { path, bytes } of readAhead(table, metas, undefined)) {
    const entries: ManifestEntry[] = [];
    decodeManifest(bytes, path, { onEntry: (entry) => entries.push(entry) });
    yield { meta: metas[next++] as ManifestFileMeta, entries };
  }
}
