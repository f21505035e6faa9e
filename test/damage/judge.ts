// What a damaged table may do: be read as if nothing were wrong, or be refused with an error that names the
// file.
import { type Damage, KEEPS_SIZE } from './mutate.ts';
import type { Outcome } from './observe.ts';
import type { TrialResult } from './trial.ts';

/** What a file of a table is. */
export type FileKind =
  | 'hint'
  | 'schema'
  | 'snapshot'
  | 'changelog'
  | 'tag'
  | 'consumer'
  | 'statistics'
  | 'manifest list'
  | 'manifest'
  | 'index manifest'
  | 'index'
  | 'parquet'
  | 'avro'
  | 'orc'
  | 'other';

/** What the file at a path below a table is. */
export function fileKind(path: string): FileKind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^(LATEST|EARLIEST)$/.test(name)) return 'hint';
  for (const kind of ['schema', 'snapshot', 'changelog', 'tag', 'consumer'] as const) {
    if (name.startsWith(`${kind}-`)) return kind;
  }
  if (name.startsWith('stat-')) return 'statistics';
  if (name.startsWith('manifest-list-')) return 'manifest list';
  if (name.startsWith('index-manifest-')) return 'index manifest';
  if (name.startsWith('manifest-')) return 'manifest';
  if (name.startsWith('index-')) return 'index';
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return extension === 'parquet' || extension === 'avro' || extension === 'orc' ? extension : 'other';
}

/**
 * A verdict. `sound`: the rows are those of the sound table. `refused`: an error a caller can act on. `other
 * rows`: the damage cannot be told from data. `bad`: must not happen.
 */
export type Verdict =
  | { readonly kind: 'sound' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'other rows' }
  | { readonly kind: 'bad'; readonly why: string };

/** Kinds of errors damage may lead to. */
const KINDS_ALLOWED = new Set(['corrupt', 'unsupported', 'invalid', 'conflict', 'exhausted']);

/** Files of text without any checksum: their names and numbers may change into others that are as good. */
const UNCHECKED: ReadonlySet<FileKind> = new Set([
  'hint',
  'schema',
  'snapshot',
  'changelog',
  'tag',
  'consumer',
  'statistics',
]);

/** Judges one look at a damaged table. */
export function judge(
  look: string,
  {
    seen,
    sound,
    result,
    kind,
    damage,
  }: {
    readonly seen: Outcome;
    readonly sound: Outcome;
    readonly result: TrialResult;
    readonly kind: FileKind;
    readonly damage: Damage;
  },
): Verdict {
  if (seen.kind === 'rows') {
    if (sound.kind === 'rows' && sound.digest === seen.digest) return { kind: 'sound' };
    // Branches are shown with the time their directories changed.
    if (look === 'system branches' && sound.kind === 'rows' && sound.rows === seen.rows)
      return { kind: 'sound' };
    if (look.startsWith('check') || result.same) return { kind: 'refused', code: 'findings' };
    return mayDiffer(look, kind, damage, result.sameSize)
      ? { kind: 'other rows' }
      : {
          kind: 'bad',
          why: `${seen.rows} rows, ${sound.kind === 'rows' ? sound.rows : sound.code} when sound`,
        };
  }
  const { code, errorKind, message, stack } = seen;
  if (sound.kind === 'error' && sound.code === code) return { kind: 'sound' };
  if (!KINDS_ALLOWED.has(errorKind)) return { kind: 'bad', why: `${code}: ${stack}` };
  // Only text can be wrong in a way that a caller's other choice would avoid.
  if (errorKind === 'invalid' && !UNCHECKED.has(kind)) return { kind: 'bad', why: `${code}: ${stack}` };
  if (errorKind === 'corrupt' && !namesFile(seen, result.path)) {
    return { kind: 'bad', why: `no file named: ${code}: ${message}` };
  }
  return { kind: 'refused', code };
}

/** A path below the table, or a file of it by its own name, which holds a random id. */
function namesFile(error: Outcome & { readonly kind: 'error' }, path: string): boolean {
  const outside = error.code === 'PATH_OUTSIDE_TABLE' && error.file !== undefined;
  const byName = /^[a-z-]+-[0-9a-f]{8}-[0-9a-f-]{27}-\d+/.test(error.message);
  return outside || byName || error.message.includes(`${path}/`);
}

/**
 * Whether rows may differ: bytes without a checksum changed into others of as many bytes; or a list of names
 * in a directory changed, which is how snapshots, tags, branches and schemas come and go.
 */
function mayDiffer(look: string, kind: FileKind, damage: Damage, sameSize: boolean): boolean {
  if (UNCHECKED.has(kind)) return true;
  if (KEEPS_SIZE.has(damage) || sameSize) return true;
  // Nothing says how long an index manifest is: one of another snapshot is as good.
  if (kind === 'index manifest' && damage === 'swap') return true;
  // What a system table says of a file it does not open.
  return kind === 'other' && look.startsWith('system');
}
