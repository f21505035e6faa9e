// What a plan did and left out, as numbers with their reasons: the text of `--explain` is made from it.

/** Counts of things considered and of those left out, by reason. */
export interface Pruned<Reason extends string> {
  readonly total: number;
  readonly pruned: Readonly<Record<Reason, number>>;
}

export type ManifestReason = 'partition' | 'bucket' | 'level';
export type FileReason = 'partition' | 'bucket' | 'level' | 'keyStats' | 'valueStats' | 'creation' | 'limit';

/**
 * The account of one plan.
 *
 * Shape   `manifests.total` of the snapshot's lists; `files.total` entries of the manifests that were read,
 *         before any was left out, deleted ones excluded. `buckets` says per bucket which way its splits
 *         take, in plan order, cut after `REPORT_BUCKETS_MAX`.
 * Units   `bytes` of the files that will be read.
 */
export interface PlanReport {
  readonly snapshotId?: bigint;
  readonly mode: string;
  readonly manifests: Pruned<ManifestReason>;
  readonly files: Pruned<FileReason>;
  readonly splits: { readonly raw: number; readonly merge: number; readonly other: number };
  readonly filesRead: number;
  readonly bytes: bigint;
  readonly deletionVectors: number;
  readonly buckets: readonly BucketReport[];
  readonly bucketCount: number;
  /** Sentences about what was decided and why. */
  readonly notes: readonly string[];
}

export interface BucketReport {
  readonly partition: string;
  readonly bucket: number;
  readonly files: number;
  readonly raw: number;
  readonly merge: number;
}

/** Buckets listed one by one in a report; a table may have hundreds of thousands. */
export const REPORT_BUCKETS_MAX = 1000;

/** Collects a report while a plan is made. */
export class ReportBuilder {
  readonly manifests: Record<ManifestReason, number> = { partition: 0, bucket: 0, level: 0 };
  readonly files: Record<FileReason, number> = {
    partition: 0,
    bucket: 0,
    level: 0,
    keyStats: 0,
    valueStats: 0,
    creation: 0,
    limit: 0,
  };
  readonly notes: string[] = [];
  manifestCount = 0;
  fileCount = 0;
}

/** The sums of two reports, for a plan made of two branches. */
export function addReports(a: PlanReport, b: PlanReport): PlanReport {
  return {
    ...a,
    manifests: addPruned(a.manifests, b.manifests),
    files: addPruned(a.files, b.files),
    splits: {
      raw: a.splits.raw + b.splits.raw,
      merge: a.splits.merge + b.splits.merge,
      other: a.splits.other + b.splits.other,
    },
    filesRead: a.filesRead + b.filesRead,
    bytes: a.bytes + b.bytes,
    deletionVectors: a.deletionVectors + b.deletionVectors,
    buckets: [...a.buckets, ...b.buckets].slice(0, REPORT_BUCKETS_MAX),
    bucketCount: a.bucketCount + b.bucketCount,
    notes: [...a.notes, ...b.notes],
  };
}

function addPruned<R extends string>(a: Pruned<R>, b: Pruned<R>): Pruned<R> {
  const reasons = Object.keys(a.pruned) as R[];
  const sums = reasons.map((reason) => [reason, a.pruned[reason] + b.pruned[reason]]);
  return { total: a.total + b.total, pruned: Object.fromEntries(sums) as Record<R, number> };
}
