// Runs one measured process: what it printed, and its peak memory as the kernel saw it from outside.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/**
 * What came of a run. `printed` is the JSON of its last line; `peakMb` the largest resident set; `wallMs`
 * from start to exit.
 */
export interface Run {
  readonly printed: Readonly<Record<string, unknown>>;
  readonly peakMb: number;
  readonly wallMs: number;
}

/** How often the peak is read: the kernel keeps it, so only the last reading before the end counts. */
const POLL_MS = 5;
const OUTPUT_BYTES_MAX = 1024 * 1024;

/** Runs a command to its end. Fails when it does, with what it said. */
export function runMeasured(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command, [...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    let peakKb = 0;
    const poll = setInterval(() => {
      peakKb = Math.max(peakKb, child.pid === undefined ? 0 : peakOf(child.pid));
    }, POLL_MS);
    child.stdout.on('data', (bytes) => {
      if (out.length < OUTPUT_BYTES_MAX) out += bytes;
    });
    child.stderr.on('data', (bytes) => {
      if (err.length < OUTPUT_BYTES_MAX) err += bytes;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(poll);
      const wallMs = performance.now() - start;
      if (code !== 0) {
        reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${err.slice(-2000)}`));
        return;
      }
      resolve({ printed: lastJson(out), peakMb: Math.round(peakKb / 1024), wallMs });
    });
  });
}

function lastJson(out: string): Record<string, unknown> {
  const lines = out.split('\n').filter((line) => line.includes('{'));
  const line = lines.at(-1) ?? '{}';
  try {
    return JSON.parse(line.slice(line.indexOf('{')));
  } catch {
    return { text: line };
  }
}

/**
 * Peak resident kilobytes of a process and of its children (a launcher's real work is in its child). 0 when
 * it has gone.
 */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return Math.max(own, ...children.map((child) => peakOf(Number(child))));
  } catch {
    return 0; // It ended between two readings.
  }
}
