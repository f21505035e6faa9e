// One fold per merge engine.
import { unsupported } from '../../base/index.ts';
import { type Fold, lookupGroups } from '../groups.ts';
import type { MergeSpec } from '../merge-spec.ts';
import { deduplicateFold } from './deduplicate.ts';
import { firstRowFold } from './first-row.ts';

/** The fold of the spec's merge engine. First-row is never wrapped for lookup, as in Java. */
export function foldOf(spec: MergeSpec): Fold {
  const { engine } = spec;
  if (engine.kind === 'first-row') return firstRowFold(spec, engine.ignoreDelete);
  const fold = engineFold(spec);
  return spec.lookup ? (groups) => fold(lookupGroups(groups)) : fold;
}

function engineFold(spec: MergeSpec): Fold {
  const { engine } = spec;
  switch (engine.kind) {
    case 'deduplicate':
      return deduplicateFold(spec, engine.ignoreDelete);
    default:
      throw unsupported('merge-engine', `merge-engine ${engine.kind} is not read`);
  }
}
