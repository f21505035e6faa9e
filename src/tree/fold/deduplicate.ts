// The last record of a key wins, whatever its kind.
import { type Fold, isMerged, kindsOf } from '../groups.ts';
import { isRetract, type MergeSpec } from '../merge-spec.ts';

/**
 * Merge engine `deduplicate`.
 *
 * Shape   with `ignoreDelete` retracts are skipped when a key has several records; a key of nothing but
 *         retracts then gives no row.
 * Source  Paimon, mergetree/compact/DeduplicateMergeFunction.java.
 */
export function deduplicateFold(spec: MergeSpec, ignoreDelete: boolean): Fold {
  const kindColumn = spec.fields.length + 1;
  return (groups) => {
    const { count, starts } = groups;
    const kinds = kindsOf(groups, kindColumn);
    const runs = new Int32Array(count);
    const rows = new Int32Array(count);
    let picked = 0;
    for (let g = 0; g < count; g++) {
      let member = (starts[g + 1] as number) - 1;
      let run = groups.runs[member] as number;
      let row = groups.rows[member] as number;
      if (isRetract((kinds[run] as Int8Array)[row] as number)) {
        if (ignoreDelete && isMerged(groups, g)) {
          const start = starts[g] as number;
          do {
            member--;
            run = groups.runs[member] as number;
            row = groups.rows[member] as number;
          } while (member >= start && isRetract((kinds[run] as Int8Array)[row] as number));
          if (member < start) continue;
        } else if (!spec.keepDeletes) continue;
      }
      runs[picked] = run;
      rows[picked++] = row;
    }
    return { count: picked, runs, rows, columns: [] };
  };
}
