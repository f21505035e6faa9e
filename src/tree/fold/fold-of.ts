// One fold per merge engine.
import { type Fold, lookupGroups } from '../groups.ts';
import type { MergeSpec } from '../merge-spec.ts';
import { aggregationFold } from './aggregation.ts';
import { deduplicateFold } from './deduplicate.ts';
import { firstRowFold } from './first-row.ts';
import { partialUpdateFold } from './partial-update.ts';
import { sequenceGroupFold } from './sequence-groups.ts';

/** The fold of the spec's merge engine. First-row is never wrapped for lookup, as in Java. */
export function foldOf(spec: MergeSpec): Fold {
  const { engine } = spec;
  const fold = engineFold(spec);
  return spec.lookup && engine.kind !== 'first-row' ? (groups) => fold(lookupGroups(groups)) : fold;
}

function engineFold(spec: MergeSpec): Fold {
  const { engine } = spec;
  switch (engine.kind) {
    case 'deduplicate':
      return deduplicateFold(spec, engine.ignoreDelete);
    case 'first-row':
      return firstRowFold(spec, engine.ignoreDelete);
    case 'aggregation':
      return aggregationFold(spec, engine);
    case 'partial-update': {
      // Java updates by sequence group as soon as the row read has a column of one.
      const grouped = engine.sequences.some((sequence) => sequence !== undefined);
      return grouped ? sequenceGroupFold(spec, engine) : partialUpdateFold(spec, engine);
    }
  }
}
