// What an input is made of: said by the caller, else by its name, else by its first bytes.

/** The input formats. */
export const INPUT_FORMATS = ['jsonl', 'csv', 'parquet', 'arrow'] as const;
/** One of them. */
export type InputFormat = (typeof INPUT_FORMATS)[number];

const BY_EXTENSION: Readonly<Record<string, InputFormat>> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
  csv: 'csv',
  parquet: 'parquet',
  parq: 'parquet',
  arrow: 'arrow',
  arrows: 'arrow',
  ipc: 'arrow',
  feather: 'arrow',
};

/** The format a file's name says, undefined when it says none. */
export function formatOfName(name: string): InputFormat | undefined {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : BY_EXTENSION[extension];
}

/** Bytes `formatOfBytes` looks at. */
export const FORMAT_BYTES = 8;

/** The format that the first bytes of an input say; JSON lines when they say none. */
export function formatOfBytes(bytes: Uint8Array): InputFormat {
  const text = Buffer.from(bytes.subarray(0, 6)).toString('latin1');
  if (text.startsWith('PAR1')) return 'parquet';
  // A file of Arrow begins with its name, a stream with the mark of its first message.
  return text === 'ARROW1' || text.startsWith('\xff\xff\xff\xff') ? 'arrow' : 'jsonl';
}
