// Where readers start, as a table's own options say: modes and the options that belong to each.
import { checkLong, type Options, textOf, wordOf } from './option-values.ts';
import { refused } from './refuse.ts';

const MILLIS = 'scan.timestamp-millis';
const TIMESTAMP = 'scan.timestamp';
const SNAPSHOT = 'scan.snapshot-id';
const TAG = 'scan.tag-name';
const WATERMARK = 'scan.watermark';
const VERSION = 'scan.version';
const FILE_TIME = 'scan.file-creation-time-millis';
const CREATED = 'scan.creation-time-millis';
const BETWEEN = 'incremental-between';
const BETWEEN_TIMESTAMP = 'incremental-between-timestamp';
const AUTO_TAG = 'incremental-to-auto-tag';
const INCREMENTAL = [BETWEEN, BETWEEN_TIMESTAMP, AUTO_TAG];

const MODES = [
  'default',
  'latest-full',
  'full',
  'latest',
  'compacted-full',
  'from-timestamp',
  'from-creation-timestamp',
  'from-file-creation-time',
  'from-snapshot',
  'from-snapshot-full',
  'incremental',
] as const;

type Mode = (typeof MODES)[number];

/** By mode: options of which exactly one must be set, and options that must not be. */
const RULES: Readonly<Partial<Record<Mode, readonly [one: readonly string[], none: readonly string[]]>>> = {
  'from-timestamp': [
    [MILLIS, TIMESTAMP],
    [SNAPSHOT, FILE_TIME, TAG, ...INCREMENTAL],
  ],
  'from-snapshot': [
    [SNAPSHOT, TAG, WATERMARK],
    [MILLIS, TIMESTAMP, FILE_TIME, ...INCREMENTAL],
  ],
  incremental: [INCREMENTAL, [SNAPSHOT, MILLIS, FILE_TIME, TIMESTAMP, TAG]],
  'from-snapshot-full': [[SNAPSHOT], [MILLIS, TIMESTAMP, FILE_TIME, TAG, ...INCREMENTAL]],
  'from-file-creation-time': [[FILE_TIME], [SNAPSHOT, MILLIS, TAG, ...INCREMENTAL]],
};
const OTHERWISE = [[], [MILLIS, FILE_TIME, TIMESTAMP, SNAPSHOT, TAG, ...INCREMENTAL]] as const;

/**
 * Refuses a start that is named twice, or not at all where the mode needs one.
 *
 * Errors  `SCHEMA_INVALID` naming the option.
 * Source  Paimon, schema/SchemaValidation.java (validateStartupMode), CoreOptions.java (startupMode).
 */
export function checkStart(options: Options): void {
  const isSet = (key: string): boolean =>
    textOf(options, ...(key === MILLIS ? [key, `log.${key}`] : [key])) !== undefined;
  const mode = modeOf(options, isSet);
  const [one, none] = RULES[mode] ?? OTHERWISE;
  const given = one.filter(isSet);
  if (one.length > 0 && given.length !== 1) {
    throw refused(`Scan mode ${mode} needs exactly one of the options ${one.join(', ')}.`, {
      option: 'scan.mode',
    });
  }
  const extra = none.find(isSet);
  if (extra === undefined) return;
  const because = given.length > 0 ? `'${given[0]}' is set` : `the scan mode is ${mode}`;
  throw refused(`Option '${extra}' must not be set when ${because}.`, { option: extra });
}

function modeOf(options: Options, isSet: (key: string) => boolean): Mode {
  const mode = wordOf(options, MODES, 'scan.mode', 'log.scan');
  if (mode !== 'default') return mode;
  checkLong(options, MILLIS, `log.${MILLIS}`);
  if (isSet(MILLIS) || isSet(TIMESTAMP)) return 'from-timestamp';
  checkLong(options, SNAPSHOT);
  checkLong(options, WATERMARK);
  if ([SNAPSHOT, TAG, WATERMARK, VERSION].some(isSet)) return 'from-snapshot';
  checkLong(options, FILE_TIME);
  if (isSet(FILE_TIME)) return 'from-file-creation-time';
  checkLong(options, CREATED);
  if (isSet(CREATED)) return 'from-creation-timestamp';
  return isSet(BETWEEN) || isSet(BETWEEN_TIMESTAMP) ? 'incremental' : 'latest-full';
}
