// Taking back files of work that failed.
import { inTurns, LakeError, NESTING_DEPTH_MAX } from '../base/index.ts';
import type { Store } from '../store/index.ts';

/** Files removed at the same time. */
const REMOVALS_IN_FLIGHT = 16;

/**
 * Removes files nobody knows of. One that cannot be removed is left: it is an orphan, which `clean` takes,
 * and the caller has a failure of its own to tell.
 */
export async function removeOrLeave(store: Store, paths: readonly string[]): Promise<void> {
  await inTurns(paths, REMOVALS_IN_FLIGHT, async (path) => {
    try {
      await store.remove(path);
    } catch (error) {
      if (!(error instanceof LakeError)) throw error;
    }
  });
}

/**
 * Removes what is left of a table that was dropped while somebody wrote to it: the directories a writer made
 * again, as far as nothing is in them. A directory of schemas may be that of a new table.
 */
export async function removeRemains(store: Store, directory: string, depth = 0): Promise<void> {
  if (depth > NESTING_DEPTH_MAX) return;
  try {
    for await (const { name, kind } of store.list(directory)) {
      if (kind === 'directory' && name !== 'schema')
        await removeRemains(store, `${directory}/${name}`, depth + 1);
    }
    await store.removeDirectory(directory);
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
  }
}
