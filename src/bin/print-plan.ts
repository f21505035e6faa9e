// What `--explain` says: the plan of a read as text.
import type { PlanReport } from '../index.ts';

/** Buckets listed one by one; the rest are counted. */
const BUCKETS_SHOWN = 20;

/** The lines of a plan: what was considered, what was pruned and why, and which way every bucket takes. */
export function printPlan(name: string, report: PlanReport): string {
  const { manifests, files, splits } = report;
  const read = `${report.filesRead} read, ${bytesText(report.bytes)}`;
  const other = splits.other > 0 ? `, ${splits.other} as written` : '';
  const lines = [
    `${name}: snapshot ${report.snapshotId ?? 'none'}, ${report.mode}`,
    `  manifests  ${manifests.total} listed${prunedText(manifests.pruned)}`,
    `  files      ${files.total} listed${prunedText(files.pruned)}; ${read}`,
    `  splits     ${splits.raw} raw, ${splits.merge} merged${other}`,
    `  deletion vectors ${report.deletionVectors}`,
  ];
  for (const bucket of report.buckets.slice(0, BUCKETS_SHOWN)) {
    const way =
      bucket.merge === 0 ? 'raw' : bucket.raw === 0 ? 'merge' : `${bucket.raw} raw, ${bucket.merge} merge`;
    const where = bucket.partition === '' ? '' : `${bucket.partition}/`;
    lines.push(`  ${where}bucket-${bucket.bucket}: ${bucket.files} files, ${way}`);
  }
  const more = report.bucketCount - Math.min(BUCKETS_SHOWN, report.buckets.length);
  if (more > 0) lines.push(`  and ${more} more buckets`);
  for (const note of report.notes) lines.push(`  ${note}`);
  return `${lines.join('\n')}\n`;
}

function prunedText(pruned: Readonly<Record<string, number>>): string {
  const parts = Object.entries(pruned).filter(([, count]) => count > 0);
  return parts.length === 0
    ? ''
    : `, left out: ${parts.map(([why, count]) => `${count} by ${why}`).join(', ')}`;
}

function bytesText(bytes: bigint): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = Number(bytes);
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
