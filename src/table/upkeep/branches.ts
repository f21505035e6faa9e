// Branches: made empty or from a tag, deleted, and made the state of the branch they came from. Data files
// and manifests of all branches lie in one place, so only small metadata files move.
import { posix } from 'node:path';
import { LakeError, METADATA_JSON_BYTES_MAX, uuid } from '../../base/index.ts';
import { printSnapshot } from '../../format/index.ts';
import { branchDirectory } from '../directories.ts';
import { SchemaLog } from '../schemas.ts';
import { SnapshotLog } from '../snapshots.ts';
import type { Table } from '../table.ts';
import { Eraser, type UpkeepOptions, type UpkeepReport } from './eraser.ts';
import { trimmedSnapshot } from './tag-text.ts';
import { tagPath } from './tags.ts';

const NAME_BYTES_MAX = 240;
/** How the directory of a deleted branch is named until it is removed; no branch is. */
export const DELETED_PREFIX = '.deleted-';
/** How the directory of a branch is named until it is complete. */
export const UNFINISHED_PREFIX = '.unfinished-';

/**
 * Makes a branch: with the state of a tag, or, without one, with the schemas alone.
 *
 * It appears at once, whole: a crash leaves a hidden directory, which removing orphans takes.
 *
 * Errors  `BRANCH_EXISTS`, `TAG_MISSING`; `ARGUMENT_INVALID` for `main`, a blank name or digits only.
 * Source  Paimon, utils/FileSystemBranchManager.java (createBranch). Beyond Java, the snapshot of the tag may
 *         have expired.
 */
export async function createBranch(
  table: Table,
  name: string,
  from: { readonly tag?: string } = {},
): Promise<void> {
  checkBranchName(name);
  if (await branchExists(table, name)) throw branchTaken(name);
  const tag = from.tag === undefined ? undefined : await table.snapshots.tag(from.tag);
  const source = branchDirectory(table.path, table.branch);
  const target = branchDirectory(table.path, name);
  const unfinished = `${posix.dirname(target)}/${UNFINISHED_PREFIX}${uuid()}`;
  const ids = await table.schemas.ids();
  const newest = tag?.schemaId ?? ids.at(-1) ?? -1;
  for (const id of ids.filter((id) => id <= newest)) {
    const bytes = await readWhole(table, `${source}/schema/schema-${id}`);
    await table.store.publish(`${unfinished}/schema/schema-${id}`, bytes);
  }
  if (tag !== undefined) {
    const path = `${source}/snapshot/snapshot-${tag.id}`;
    const there = await table.store.exists(path);
    const text = printSnapshot(trimmedSnapshot(tag));
    const bytes = there ? await readWhole(table, path) : new TextEncoder().encode(text);
    await table.store.publish(`${unfinished}/snapshot/snapshot-${tag.id}`, bytes);
    const tagBytes = await readWhole(table, tagPath(table, from.tag ?? ''));
    await table.store.publish(`${unfinished}/tag/tag-${from.tag}`, tagBytes);
  }
  if (!(await table.store.rename(unfinished, target))) {
    await table.store.removeTree(unfinished);
    throw branchTaken(name);
  }
  if (from.tag === undefined) return;
  // Deleting a tag looks for branches after the tag is gone, so one of the two sees the other.
  if ((await table.snapshots.tryTag(from.tag)) !== undefined) return;
  await table.store.removeTree(target);
  throw new LakeError('TAG_MISSING', `Tag '${from.tag}' was deleted while the branch was made.`, {
    tag: from.tag,
  });
}

/**
 * Deletes a branch at once. Data files only it used become orphans.
 *
 * Errors  `BRANCH_MISSING`; `ARGUMENT_INVALID` for the branch that is opened, and for one that
 *         `scan.fallback-branch` or `scan.primary-branch` names.
 * Source  Paimon, AbstractFileStoreTable.java (deleteBranch), utils/FileSystemBranchManager.java
 *         (dropBranch).
 */
export async function deleteBranch(
  table: Table,
  name: string,
  options: UpkeepOptions = {},
): Promise<UpkeepReport> {
  checkBranchName(name);
  if (!(await branchExists(table, name))) throw noBranch(name);
  for (const option of ['scan.fallback-branch', 'scan.primary-branch']) {
    if ((table.options.raw[option] ?? '').trim() !== name) continue;
    const message = `Branch '${name}' is the table's '${option}'; unset that option first.`;
    throw new LakeError('ARGUMENT_INVALID', message, { option, branch: name });
  }
  if (table.branch === name) {
    throw new LakeError('ARGUMENT_INVALID', `Branch '${name}' is the one that is opened; open another one.`);
  }
  const eraser = new Eraser(table.store, options);
  const directory = branchDirectory(table.path, name);
  for (const folder of await Array.fromAsync(table.store.list(directory))) {
    if (folder.kind !== 'directory') continue;
    for await (const { name: file, kind } of table.store.list(`${directory}/${folder.name}`)) {
      if (kind === 'file') eraser.goesWith(`${directory}/${folder.name}/${file}`);
    }
  }
  // The branch is gone at once; what a crash leaves of its directory is removed with orphans.
  const gone = `${table.path}/branch/${DELETED_PREFIX}${uuid()}`;
  await eraser.write(async () => {
    if (!(await table.store.rename(directory, gone))) throw noBranch(name);
    await table.store.removeTree(gone);
  });
  return eraser.report;
}

/**
 * Gives the opened branch the state of another one: what is as new as that one's first snapshot goes, and its
 * snapshots, schemas and tags take the place.
 *
 * A crash leaves the branch at an older snapshot or at a newer one of the other branch, readable each; doing
 * it again finishes it.
 *
 * Errors  `BRANCH_MISSING`; `SNAPSHOT_MISSING` when it has no snapshot; `ARGUMENT_INVALID` for `main` and the
 *         branch itself.
 * Source  Paimon, utils/FileSystemBranchManager.java (fastForward). Unlike Java, older snapshots of this
 *         branch stay reachable: the EARLIEST hint is not set past them.
 */
export async function fastForward(
  table: Table,
  name: string,
  options: UpkeepOptions = {},
): Promise<UpkeepReport> {
  if (name === 'main' || name.trim() === '' || name === table.branch) {
    throw new LakeError('ARGUMENT_INVALID', `Branch '${name}' cannot be fast-forwarded to from here.`);
  }
  if (!(await branchExists(table, name))) throw noBranch(name);
  const { store, snapshots: log } = table;
  const from = new SnapshotLog(store, table.path, name);
  const first = await from.earliest();
  if (first === undefined) {
    const message = `Branch '${name}' has no snapshot to go forward to.`;
    throw new LakeError('SNAPSHOT_MISSING', message, { branch: name });
  }
  const eraser = new Eraser(store, options);
  const [source, target] = [branchDirectory(table.path, name), branchDirectory(table.path, table.branch)];
  const theirs = await from.ids();
  await eraser.remove(`${target}/snapshot/LATEST`);
  for (const id of (await log.ids()).filter((id) => id >= first.id).reverse()) {
    if (!theirs.includes(id)) await eraser.remove(`${target}/snapshot/snapshot-${id}`);
  }
  await forwardTags(table, name, first.id, eraser);
  await forwardSchemas(table, name, first.schemaId, eraser);
  for (const id of theirs) await copyOver(table, source, target, `snapshot/snapshot-${id}`, eraser);
  await forwardHints(table, source, target, first.id, eraser);
  return eraser.report;
}

async function forwardTags(table: Table, name: string, firstId: bigint, eraser: Eraser): Promise<void> {
  const [source, target] = [branchDirectory(table.path, name), branchDirectory(table.path, table.branch)];
  const theirs = (await new SnapshotLog(table.store, table.path, name).tags()).map((tag) => tag.name);
  for (const { name: tag, tag: snapshot } of await table.snapshots.tags()) {
    if (snapshot.id >= firstId && !theirs.includes(tag)) await eraser.remove(tagPath(table, tag));
  }
  for (const tag of theirs) await copyOver(table, source, target, `tag/tag-${tag}`, eraser);
}

/** Schema 0 never goes: without it there is no table. */
async function forwardSchemas(table: Table, name: string, firstId: number, eraser: Eraser): Promise<void> {
  const [source, target] = [branchDirectory(table.path, name), branchDirectory(table.path, table.branch)];
  const theirs = await new SchemaLog(table.store, table.path, name).ids();
  for (const id of theirs) await copyOver(table, source, target, `schema/schema-${id}`, eraser);
  for (const id of (await table.schemas.ids()).toReversed()) {
    if (id >= firstId && !theirs.includes(id)) await eraser.remove(`${target}/schema/schema-${id}`);
  }
}

async function forwardHints(
  table: Table,
  source: string,
  target: string,
  firstId: bigint,
  eraser: Eraser,
): Promise<void> {
  const { store } = table;
  const older = (await table.snapshots.ids()).some((id) => id < firstId);
  if (!older && (await store.exists(`${source}/snapshot/EARLIEST`)))
    await copyOver(table, source, target, 'snapshot/EARLIEST', eraser);
  if (await store.exists(`${source}/snapshot/LATEST`))
    await copyOver(table, source, target, 'snapshot/LATEST', eraser);
}

/** Puts a metadata file of one branch into another, over what was there. */
async function copyOver(
  table: Table,
  source: string,
  target: string,
  name: string,
  eraser: Eraser,
): Promise<void> {
  const { store } = table;
  const bytes = await readWhole(table, `${source}/${name}`);
  const path = `${target}/${name}`;
  await eraser.write(async () => {
    if (await store.publish(path, bytes)) return;
    if (Buffer.from(await readWhole(table, path)).equals(bytes)) return;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    await store.writeHint(path, text, { durable: true });
  });
}

async function readWhole(table: Table, path: string): Promise<Uint8Array> {
  return table.store.readFile(path, { bytesMax: METADATA_JSON_BYTES_MAX });
}

async function branchExists(table: Table, name: string): Promise<boolean> {
  return table.store.exists(branchDirectory(table.path, name));
}

function checkBranchName(name: string): void {
  const sound =
    name !== 'main' &&
    name.trim() !== '' &&
    !/^\d+$/.test(name) &&
    !/[/\0$]/.test(name) &&
    Buffer.byteLength(name) <= NAME_BYTES_MAX;
  if (!sound)
    throw new LakeError('ARGUMENT_INVALID', `${JSON.stringify(name)} cannot be the name of a branch.`);
}

function branchTaken(name: string): LakeError {
  return new LakeError('BRANCH_EXISTS', `Branch '${name}' exists already.`, { branch: name });
}

function noBranch(name: string): LakeError {
  return new LakeError('BRANCH_MISSING', `There is no branch '${name}'.`, { branch: name });
}
