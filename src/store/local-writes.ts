// How files of this machine come to be, move and go. Nothing here overwrites a file but `replace`, and what
// has returned survives a crash unless said otherwise: docs/decisions/0008-publication.md.
// All throw what the file system throws.
import type { Stats } from 'node:fs';
import {
  type FileHandle,
  link,
  lstat,
  mkdir,
  rename as move,
  open,
  rm,
  rmdir,
  stat,
  unlink,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LakeError, uuid } from '../base/index.ts';
import { missing, notAFile } from './failures.ts';

/** See `Store.publish`. */
export async function publish(path: string, bytes: Uint8Array): Promise<boolean> {
  if (await taken(path)) return false;
  const temporary = await writeTemporary(path, bytes, { sync: true });
  let published: boolean;
  try {
    published = await linkTo(temporary, path);
  } finally {
    await unlink(temporary);
  }
  if (published) await syncDirectory(dirname(path));
  return published;
}

/** Puts the bytes under the name, over what was there. Not synced: a crash may bring back the old file. */
export async function replace(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = await writeTemporary(path, bytes, { sync: false });
  try {
    await move(temporary, path);
  } catch (error) {
    await unlink(temporary);
    throw error;
  }
}

/** See `Store.sync`. */
export async function syncFile(path: string): Promise<void> {
  if (!(await stat(path)).isFile()) throw notAFile(path);
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(dirname(path));
}

/** See `Store.remove`. Not synced: a crash may bring the file back, as an orphan. */
export async function remove(path: string): Promise<boolean> {
  const found = await look(path);
  if (found === undefined) return false;
  if (found.isDirectory()) throw notAFile(path);
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** See `Store.removeTree`. */
export async function removeTree(path: string): Promise<boolean> {
  const found = await look(path);
  if (found === undefined) return false;
  if (!found.isDirectory()) {
    throw new LakeError('ARGUMENT_INVALID', `${path} is not a directory.`, { path });
  }
  await rm(path, { recursive: true, force: true });
  await syncDirectory(dirname(path));
  return true;
}

/** See `Store.removeDirectory`. The system itself refuses a directory with something in it. */
export async function removeDirectory(path: string): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error))) return false;
    throw error;
  }
}

/** See `Store.makeDirectory`. */
export async function makeDirectory(path: string): Promise<boolean> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return false;
  // From the deepest new directory up to the one that was there: each holds the name of the one below.
  for (let at = dirname(path); ; at = dirname(at)) {
    await syncDirectory(at);
    if (at === dirname(first) || at === dirname(at)) return true;
  }
}

/** See `Store.rename`. */
export async function rename(from: string, to: string): Promise<boolean> {
  const found = await look(from);
  if (found === undefined) throw missing(from);
  if (await taken(to)) return false;
  if (found.isDirectory()) {
    // The system itself refuses a directory with something in it; an empty one in between costs nobody
    // anything.
    if (!(await moveDirectory(from, to))) return false;
  } else {
    if (!(await linkTo(from, to))) return false;
    await unlink(from);
  }
  await syncDirectory(dirname(to));
  if (dirname(from) !== dirname(to)) await syncDirectory(dirname(from));
  return true;
}

async function moveDirectory(from: string, to: string): Promise<boolean> {
  try {
    await move(from, to);
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(codeOf(error))) return false;
    throw error;
  }
}

/** A second name for a file; false when the name is taken. This is the step that decides every race. */
async function linkTo(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP') {
      const message = `${to}: this file system has no hard links, so files cannot be published safely.`;
      throw new LakeError('STORE_UNAVAILABLE', message, { file: to }, error);
    }
    throw error;
  }
}

/** Writes a hidden file beside the path, named as Java names its own, and gives back its path. */
async function writeTemporary(
  path: string,
  bytes: Uint8Array,
  options: { readonly sync: boolean },
): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${uuid()}.tmp`);
  const file = await openNew(temporary);
  try {
    await file.writeFile(bytes);
    if (options.sync) await file.sync();
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await file.close();
  return temporary;
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  await makeDirectory(dirname(path));
  return await open(path, 'wx');
}

async function syncDirectory(path: string): Promise<void> {
  // Windows opens no directory and keeps names in its own journal.
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function taken(path: string): Promise<boolean> {
  return (await look(path)) !== undefined;
}

/** What has this name, links not followed. */
async function look(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}
