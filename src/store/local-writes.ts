// How files of this machine come to be, move and go. Nothing here overwrites a file but `replace`, and what
// has returned survives a crash unless said otherwise: docs/durability.md.
// All throw what the file system throws.
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LakeError, uuid } from '../base/index.ts';
import { missing, notAFile } from './failures.ts';
import type { Steps } from './steps.ts';

/** See `Store.publish`. */
export async function publish(
  steps: Steps,
  path: string,
  bytes: Uint8Array,
  after: (() => Promise<void>) | undefined,
): Promise<boolean> {
  if (await taken(steps, path)) return false;
  const temporary = temporaryOf(path);
  const file = await openNew(steps, path, temporary);
  let published: boolean;
  try {
    await both(after?.(), fill(steps, path, { file, bytes, sync: true }));
    published = await linkTo(steps, temporary, path);
  } finally {
    await abandon(steps.unlinkTemporary(path, temporary));
  }
  if (published) await steps.fsyncNames(dirname(path));
  return published;
}

/** Waits for both, then fails with the first that failed: nothing goes on behind the caller's back. */
async function both(first: Promise<void> | undefined, second: Promise<void>): Promise<void> {
  for (const result of await Promise.allSettled([first, second])) {
    if (result.status === 'rejected') throw result.reason;
  }
}

/** A file that could not be removed is an orphan, which `clean` takes: what came before is what counts. */
async function abandon(removal: Promise<void>): Promise<void> {
  await removal.catch(() => undefined);
}

/** See `Store.create`. */
export async function create(steps: Steps, path: string, bytes: Uint8Array): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await openNew(steps, path, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await fill(steps, path, { file, bytes, sync: true });
  } catch (error) {
    await abandon(steps.unlink(path));
    throw error;
  }
  return true;
}

/** Puts the bytes under the name, over what was there. See `Store.writeHint`. */
export async function replace(
  steps: Steps,
  path: string,
  { bytes, sync }: { readonly bytes: Uint8Array; readonly sync: boolean },
): Promise<void> {
  const temporary = temporaryOf(path);
  const file = await openNew(steps, path, temporary);
  try {
    await fill(steps, path, { file, bytes, sync });
    await steps.rename(temporary, path);
  } catch (error) {
    await abandon(steps.unlinkTemporary(path, temporary));
    throw error;
  }
  if (sync) await steps.fsyncNames(dirname(path));
}

/** See `Store.sync`. */
export async function syncFile(steps: Steps, path: string): Promise<void> {
  if (!(await steps.stat(path)).isFile()) throw notAFile(path);
  const file = await steps.open(path, 'r+');
  try {
    await steps.fsync(path, file);
  } finally {
    await file.close();
  }
  await steps.fsyncNames(dirname(path));
}

/** See `Store.remove`. Not synced: a crash may bring the file back, as an orphan. */
export async function remove(steps: Steps, path: string): Promise<boolean> {
  const found = await look(steps, path);
  if (found === undefined) return false;
  if (found.isDirectory()) throw notAFile(path);
  try {
    await steps.unlink(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** See `Store.removeTree`. */
export async function removeTree(steps: Steps, path: string): Promise<boolean> {
  const found = await look(steps, path);
  if (found === undefined) return false;
  if (!found.isDirectory()) {
    throw new LakeError('ARGUMENT_INVALID', `${path} is not a directory.`, { path });
  }
  await steps.removeTree(path);
  await steps.fsyncNames(dirname(path));
  return true;
}

/** See `Store.removeDirectory`. The system itself refuses a directory with something in it. */
export async function removeDirectory(steps: Steps, path: string): Promise<boolean> {
  try {
    await steps.rmdir(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error))) return false;
    throw error;
  }
}

/** See `Store.makeDirectory`. */
export async function makeDirectory(steps: Steps, path: string): Promise<boolean> {
  const first = await steps.mkdir(path);
  if (first === undefined) return false;
  // From the deepest new directory up to the one that was there: each holds the name of the one below.
  for (let at = dirname(path); ; at = dirname(at)) {
    await steps.fsyncNames(at);
    if (at === dirname(first) || at === dirname(at)) return true;
  }
}

/** See `Store.rename`. */
export async function rename(steps: Steps, from: string, to: string): Promise<boolean> {
  const found = await look(steps, from);
  if (found === undefined) throw missing(from);
  if (await taken(steps, to)) return false;
  if (found.isDirectory()) {
    // The system itself refuses a directory with something in it; an empty one in between costs nobody
    // anything.
    if (!(await moveDirectory(steps, from, to))) return false;
  } else {
    if (!(await linkTo(steps, from, to))) return false;
    await steps.unlink(from);
  }
  await steps.fsyncNames(dirname(to));
  if (dirname(from) !== dirname(to)) await steps.fsyncNames(dirname(from));
  return true;
}

async function moveDirectory(steps: Steps, from: string, to: string): Promise<boolean> {
  try {
    await steps.rename(from, to);
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(codeOf(error))) return false;
    throw error;
  }
}

/** A second name for a file; false when the name is taken. This is the step that decides every race. */
async function linkTo(steps: Steps, from: string, to: string): Promise<boolean> {
  try {
    await steps.link(from, to);
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

/** A hidden name beside the path, as Java names its own temporary files. */
function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${uuid()}.tmp`);
}

interface Filling {
  readonly file: FileHandle;
  readonly bytes: Uint8Array;
  readonly sync: boolean;
}

/** Writes the bytes, durable if asked for, and closes the file. */
async function fill(steps: Steps, path: string, { file, bytes, sync }: Filling): Promise<void> {
  try {
    await steps.write(path, file, bytes);
    if (sync) await steps.fsync(path, file);
  } finally {
    await file.close();
  }
}

/** Opens a file that is not there yet, as `name` until it is at `path`; makes missing directories. */
export async function openNew(steps: Steps, path: string, name: string): Promise<FileHandle> {
  try {
    return await steps.create(path, name);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  await makeDirectory(steps, dirname(path));
  return await steps.create(path, name);
}

async function taken(steps: Steps, path: string): Promise<boolean> {
  return (await look(steps, path)) !== undefined;
}

/** What has this name, links not followed. */
async function look(steps: Steps, path: string): Promise<Stats | undefined> {
  try {
    return await steps.lstat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}
