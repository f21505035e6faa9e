export { checkConflicts } from './check-conflicts.ts';
export { BATCH_COMMIT_IDENTIFIER, type CommitRequest, commit, committedBefore } from './commit.ts';
export { ManifestFiles } from './manifest-files.ts';
