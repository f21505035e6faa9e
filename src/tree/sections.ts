// Cuts the files of a bucket into sections that do not overlap, and each section into the fewest sorted runs.

/** The part of a data file's metadata that sections depend on. */
export interface KeyRange<K> {
  readonly minKey: K;
  readonly maxKey: K;
}

/**
 * Sections of runs of files.
 *
 * Shape   outer list: sections in key order, no key lies in two; inner: the section's runs; each run: files
 *         in key order that do not overlap. Runs come in the order Java's queue leaves them in, which decides
 *         between rows that tie in everything.
 * Limits  n log n comparisons.
 * Source  Paimon, mergetree/compact/IntervalPartition.java.
 */
export function sections<K, F extends KeyRange<K>>(
  files: readonly F[],
  compare: (a: K, b: K) => number,
): F[][][] {
  const sorted = [...files].sort((a, b) => compare(a.minKey, b.minKey) || compare(a.maxKey, b.maxKey));
  const result: F[][][] = [];
  let section: F[] = [];
  let bound: K | undefined;
  for (const file of sorted) {
    if (bound !== undefined && compare(file.minKey, bound) > 0) {
      result.push(sortedRuns(section, compare));
      section = [];
      bound = undefined;
    }
    section.push(file);
    if (bound === undefined || compare(file.maxKey, bound) > 0) bound = file.maxKey;
  }
  if (section.length > 0) result.push(sortedRuns(section, compare));
  return result;
}

/** The fewest runs: every file goes behind the run that ends first, if it can. */
function sortedRuns<K, F extends KeyRange<K>>(files: readonly F[], compare: (a: K, b: K) => number): F[][] {
  const queue = new RunQueue<F>((a, b) => compare((a.at(-1) as F).maxKey, (b.at(-1) as F).maxKey));
  const [first, ...rest] = files as [F, ...F[]];
  queue.add([first]);
  for (const file of rest) {
    const top = queue.poll();
    if (compare(file.minKey, (top.at(-1) as F).maxKey) > 0) top.push(file);
    else queue.add([file]);
    queue.add(top);
  }
  return queue.runs;
}

/** A binary heap whose array is in the very order java.util.PriorityQueue would have it. */
class RunQueue<F> {
  readonly runs: F[][] = [];
  private readonly compare: (a: F[], b: F[]) => number;

  constructor(compare: (a: F[], b: F[]) => number) {
    this.compare = compare;
  }

  add(run: F[]): void {
    const { runs } = this;
    let at = runs.length;
    runs.push(run);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = runs[parent] as F[];
      if (this.compare(run, above) >= 0) break;
      runs[at] = above;
      at = parent;
    }
    runs[at] = run;
  }

  /** Takes the first; the queue is never empty here. */
  poll(): F[] {
    const { runs } = this;
    const first = runs[0] as F[];
    const last = runs.pop() as F[];
    if (runs.length === 0) return first;
    let at = 0;
    while (2 * at + 1 < runs.length) {
      let child = 2 * at + 1;
      if (child + 1 < runs.length && this.compare(runs[child] as F[], runs[child + 1] as F[]) > 0) child++;
      if (this.compare(last, runs[child] as F[]) <= 0) break;
      runs[at] = runs[child] as F[];
      at = child;
    }
    runs[at] = last;
    return first;
  }
}
