// The first record of a key wins.
import { LakeError } from '../../base/index.ts';
import { type Fold, isMerged, kindsOf } from '../groups.ts';
import { isRetract, type MergeSpec } from '../merge-spec.ts';

/**
 * Merge engine `first-row`.
 *
 * Errors  MERGE_REFUSED for a retract among several records of a key, unless `ignoreDelete`.
 * Source  Paimon, mergetree/compact/FirstRowMergeFunction.java.
 */
export function firstRowFold(spec: MergeSpec, ignoreDelete: boolean): Fold {
  const kindColumn = spec.fields.length + 1;
  return (groups) => {
    const { count, starts } = groups;
    const kinds = kindsOf(groups, kindColumn);
    const runs = new Int32Array(count);
    const rows = new Int32Array(count);
    let picked = 0;
    for (let g = 0; g < count; g++) {
      const merged = isMerged(groups, g);
      let first = -1;
      for (let m = starts[g] as number; m < (starts[g + 1] as number); m++) {
        const kind = (kinds[groups.runs[m] as number] as Int8Array)[groups.rows[m] as number] as number;
        if (isRetract(kind)) {
          if (!merged) first = spec.keepDeletes ? m : -1;
          else if (!ignoreDelete) throw retractRefused();
        } else if (first < 0) first = m;
      }
      if (first < 0) continue;
      runs[picked] = groups.runs[first] as number;
      rows[picked++] = groups.rows[first] as number;
    }
    return { count: picked, runs, rows, columns: [] };
  };
}

function retractRefused(): LakeError {
  return new LakeError(
    'MERGE_REFUSED',
    'By default, first row merge engine can not accept DELETE/UPDATE_BEFORE records. ' +
      "Set 'ignore-delete' to ignore them.",
    { option: 'ignore-delete' },
  );
}
