// What check finds, and the place it is reported to.
import { CODES, LakeError } from '../../base/index.ts';

/** What a finding is about. */
export type Rule =
  | 'hint'
  | 'schema'
  | 'snapshot'
  | 'tag'
  | 'branch'
  | 'consumer'
  | 'changelog'
  | 'manifest-list'
  | 'manifest'
  | 'entries'
  | 'records'
  | 'bucket'
  | 'level'
  | 'row-id'
  | 'data-file'
  | 'index'
  | 'statistics'
  | 'rows'
  | 'keys'
  | 'sequence'
  | 'deletes'
  | 'stats'
  | 'nulls'
  | 'deletion-vector'
  | 'read';

/**
 * One finding.
 *
 * Shape   `error`: Java fails or reads something else than was written; `warning`: it reads right, but
 *         something is not as it should be or was not looked at. `file` is absolute; `action` says what to do
 *         about it.
 */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly rule: Rule;
  readonly file: string;
  readonly what: string;
  readonly action: string;
}

/** Findings remembered so that none is told twice: a manifest belongs to many snapshots. */
const REMEMBERED_MAX = 10_000;

const RESTORE = 'Restore the file from a copy, or roll back to a snapshot that does not need it.';

/** Takes findings, each only once. */
export class Report {
  readonly #onProblem: (problem: Problem) => void;
  readonly #told = new Set<string>();
  readonly #unsupported = new Set<string>();

  constructor(onProblem: (problem: Problem) => void) {
    this.#onProblem = onProblem;
  }

  error(rule: Rule, file: string, what: string, action = RESTORE): void {
    this.#tell({ severity: 'error', rule, file, what, action });
  }

  warn(rule: Rule, file: string, what: string, action: string): void {
    this.#tell({ severity: 'warning', rule, file, what, action });
  }

  /**
   * Runs a step whose failure is a finding about `file`; undefined then.
   *
   * Errors  `CANCELLED`, `CLOSED`, exhaustion and our own bugs are not findings.
   */
  async attempt<T>(rule: Rule, file: string, step: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof LakeError)) throw error;
      this.#failed(rule, file, error);
      return undefined;
    }
  }

  #failed(rule: Rule, file: string, error: LakeError): void {
    const { kind, code, details, message } = error;
    if (kind === 'closed' || kind === 'bug' || kind === 'exhausted') throw error;
    const named = typeof details.file === 'string' && details.file.startsWith('/') ? details.file : file;
    const { action } = CODES[code];
    if (kind !== 'unsupported') this.error(rule, named, message, action);
    else this.#notLookedAt(rule, named, error);
  }

  /** What this version does not read is told once, with the first file that has it: it may be every file. */
  #notLookedAt(rule: Rule, file: string, { message, action, details }: LakeError): void {
    const feature = String(details.feature);
    if (this.#unsupported.has(feature)) return;
    if (this.#unsupported.size < REMEMBERED_MAX) this.#unsupported.add(feature);
    this.warn(rule, file, `not looked at, this and others like it: ${message}`, action);
  }

  #tell(problem: Problem): void {
    const key = `${problem.file} ${problem.what}`;
    if (this.#told.has(key)) return;
    if (this.#told.size < REMEMBERED_MAX) this.#told.add(key);
    this.#onProblem(problem);
  }
}
