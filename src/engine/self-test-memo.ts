// Remembers, between processes, that the native self-test passed with these very binaries and this very code.
// It lies where Node keeps compiled code (NODE_COMPILE_CACHE, which bin/spillway sets); without such a place
// nothing is kept and every process tests anew.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { uuid } from '../base/index.ts';
import { nativeLibraryPath } from './duckdb-native.ts';

const PASSED = 'passed\n';
/** Code whose change asks for a new test, beside the library itself. */
const CODE = [
  'duckdb-native',
  'self-test',
  'column/native-reader',
  'column/native-column',
  'column/native-fixed',
];

/** The memo's file, or undefined where nothing is kept. */
export async function memoPath(): Promise<string | undefined> {
  const directory = getCompileCacheDir();
  if (directory === undefined) return undefined;
  const extension = import.meta.filename.slice(import.meta.filename.lastIndexOf('.'));
  const files = [
    nativeLibraryPath(),
    ...CODE.map((name) => join(import.meta.dirname, `${name}${extension}`)),
  ];
  const hash = createHash('sha256').update(`${process.version} ${process.platform}-${process.arch}\n`);
  for (const file of files) {
    const { size, mtimeMs, ino } = await stat(file);
    hash.update(`${file} ${size} ${mtimeMs} ${ino}\n`);
  }
  return join(directory, `native-bridge-${hash.digest('hex').slice(0, 32)}`);
}

/** True when the test passed before. */
export async function passedBefore(memo: string | undefined): Promise<boolean> {
  if (memo === undefined) return false;
  try {
    return (await readFile(memo, 'utf8')) === PASSED;
  } catch {
    return false; // There is none, or it cannot be read: the test runs.
  }
}

/** Remembers that the test passed. */
export async function rememberPass(memo: string | undefined): Promise<void> {
  if (memo === undefined) return;
  const temporary = `${memo}.${uuid()}`;
  try {
    await mkdir(join(memo, '..'), { recursive: true });
    await writeFile(temporary, PASSED);
    await rename(temporary, memo);
  } catch {
    // A cache that cannot be written costs the next process the test, nothing more.
  }
}
