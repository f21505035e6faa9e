// Taking back files of work that failed.
import { inTurns, LakeError } from '../base/index.ts';
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
