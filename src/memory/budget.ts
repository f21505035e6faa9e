// The one memory number and the shares it is cut into. A share is a maximum. `docs/memory.md` prints this
// table.
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { LakeError } from '../base/index.ts';

const MB = 1024 * 1024;

/**
 * What the process needs for a table of a few rows: the runtime, the engine's library, this code. Measured:
 * 140-152 MB peak.
 */
const BASE_BYTES = 152 * MB;
/** Batches on their way (current and prefetched batch of each run, output) and metadata being planned. */
const BATCHES_MIN_BYTES = 64 * MB;
/** The least DuckDB works with, half of it for decoding and half for statements: below 64 MB sorts fail. */
const ENGINE_MIN_BYTES = 128 * MB;

/** The smallest memory number a lake opens with. */
export const MEMORY_MIN_BYTES = BASE_BYTES + BATCHES_MIN_BYTES + ENGINE_MIN_BYTES;

/**
 * How a memory number is cut.
 *
 * Units   bytes. `base + batches + scan + sql = total`: `scan` is the limit of the engine that decodes files,
 *         `sql` what all running SQL statements share.
 */
export interface Budget {
  readonly totalBytes: number;
  readonly baseBytes: number;
  readonly batchesBytes: number;
  readonly scanBytes: number;
  readonly sqlBytes: number;
}

/**
 * Cuts a memory number into shares.
 *
 * Errors  ARGUMENT_INVALID when it is below `MEMORY_MIN_BYTES`, naming the smallest number that works.
 */
export function cutBudget(totalBytes: number): Budget {
  if (!Number.isSafeInteger(totalBytes) || totalBytes < MEMORY_MIN_BYTES) {
    const least = Math.ceil(MEMORY_MIN_BYTES / MB);
    throw new LakeError(
      'ARGUMENT_INVALID',
      `memory of ${totalBytes} bytes is too small: at least ${least}mb`,
      {
        asked: totalBytes,
        least: MEMORY_MIN_BYTES,
      },
    );
  }
  const room = totalBytes - BASE_BYTES;
  const batchesBytes = Math.max(BATCHES_MIN_BYTES, Math.min(512 * MB, Math.floor(room / 5)));
  const engineBytes = room - batchesBytes;
  const scanBytes = Math.max(ENGINE_MIN_BYTES / 2, Math.floor(engineBytes / 2));
  return { totalBytes, baseBytes: BASE_BYTES, batchesBytes, scanBytes, sqlBytes: engineBytes - scanBytes };
}

/** Half of what the cgroup, or else the machine, allows this process. */
export function defaultMemoryBytes(): number {
  const limits = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'].map(readLimit);
  const allowed = Math.min(totalmem(), ...limits.filter((limit) => limit !== undefined));
  return Math.max(MEMORY_MIN_BYTES, Math.floor(allowed / 2));
}

function readLimit(path: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    // Absent on machines without that cgroup version: the machine's memory is the limit then.
    if ((error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
  const limit = Number(text);
  return Number.isFinite(limit) && limit > 0 ? limit : undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  m: MB,
  mb: MB,
  g: 1024 * MB,
  gb: 1024 * MB,
};

/**
 * Parses `512mb`, `2g`, `1.5gb`, `268435456`.
 *
 * Units   binary: 1 kb = 1024 bytes.
 * Errors  ARGUMENT_INVALID for anything else.
 */
export function parseMemorySize(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unit = UNITS[(match?.[2] ?? '?').toLowerCase()];
  if (match === null || unit === undefined) {
    throw new LakeError('ARGUMENT_INVALID', `'${text}' is not a memory size: write it as 512mb or 2gb`);
  }
  return Math.floor(Number(match[1]) * unit);
}
