// Where the rows of one sorted run come from. The table layer implements it with files; tests with batches in
// memory.
import type { Batch } from '../codec/index.ts';

/**
 * Rows of one run.
 *
 * Shape   fields as `MergeSpec` says, in key order. `level`: the level of the file the rows come from; it
 *         decides only for specs with `lookup`.
 */
export interface RunBatch extends Batch {
  readonly level: number;
}

/**
 * One sorted run, read front to back.
 *
 * Shape   `next` gives the next batch or nothing at the end; it is called again only after the last call
 *         settled. `close` is called exactly once, also after an error and before the end, and never while a
 *         `next` is pending. Where several runs are merged, a batch may be overwritten once the next but one
 *         is asked for; a run that is alone hands its batches on.
 * Limits  batches of at most `RUN_BATCH_ROWS` rows keep a merge step short; a merge holds two of them of
 *         every run.
 */
export interface RunSource {
  next(): Promise<RunBatch | undefined>;
  close(): Promise<void>;
}

/** The files of one run, one after the other: the next file is opened when the one before is used up. */
export function concatSources(openers: readonly (() => Promise<RunSource>)[]): RunSource {
  let index = 0;
  let open: RunSource | undefined;
  return {
    async next() {
      for (;;) {
        if (open === undefined) {
          const opener = openers[index++];
          if (opener === undefined) return undefined;
          open = await opener();
        }
        const batch = await open.next();
        if (batch !== undefined) return batch;
        const finished = open;
        open = undefined;
        await finished.close();
      }
    },
    async close() {
      index = openers.length;
      await open?.close();
    },
  };
}
