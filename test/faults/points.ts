// Fault points out of the steps a process printed (`SPILLWAY_FAULT='*=print'`).
import { basename, dirname } from 'node:path';
import { CHANGING_STEPS } from '../../src/store/index.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/g;

/** `STEP@FILES` of every step printed about a table, and how often it was reached. */
export function timesOf(printed: string, table: string): Map<string, number> {
  const times = new Map<string, number>();
  for (const line of printed.split('\n')) {
    const [step = '', path = ''] = line.split(' ', 2);
    const point = pointOf(step, path, table);
    if (point !== undefined) times.set(point, (times.get(point) ?? 0) + 1);
  }
  return times;
}

/** The point of a step that changes something; undefined for any other. */
export function pointOf(step: string, path: string, table: string): string | undefined {
  if (!CHANGING_STEPS.includes(step as never)) return undefined;
  return `${step}@${kindOf(path.replace(`/${table}`, '/*'))}`;
}

/** The last two names of a path, without what is different in every run. */
function kindOf(path: string): string {
  const name = basename(path).replace(UUID, '*').replace(/\d+/g, '*');
  const folder = basename(dirname(path)).replace(UUID, '*').replace(/\d+/g, '*');
  // Partitions: a directory for each.
  return `${folder}/${name}`.replace(/=[^/]*/g, '=*').replace(/\*(-\*)+/g, '*');
}
