// Every maximum of Spillway that is not an option, with its reason. Loops, buffers and caches name one of
// these.

/** Rows of a batch: enough to amortise a call, few enough that a step of the merge stays below 30 ms. */
export const BATCH_ROWS_MAX = 65536;
/** Bytes at which a batch is closed, so that wide rows do not multiply with `BATCH_ROWS_MAX`. */
export const BATCH_BYTES_TARGET = 8 * 1024 * 1024;
/** Rows of a batch of one run while merging: small, because every run of a section holds one. */
export const RUN_BATCH_ROWS = 8192;
/**
 * Bytes of a batch of one run while merging: two of each run are held, however wide its rows are.
 */
export const RUN_BATCH_BYTES = 1024 * 1024;
/**
 * Runs merged at once without an external sort first, however small their files: each holds a statement and a
 * file handle.
 */
export const MERGE_FAN_IN_MAX = 256;
/**
 * Bytes of a metadata JSON file (snapshot, schema, tag): Java's own are a few kilobytes, wide schemas a
 * megabyte.
 */
export const METADATA_JSON_BYTES_MAX = 64 * 1024 * 1024;
/** Schema changes lost to faster writers in a row: each lost race is somebody else's success. */
export const SCHEMA_RACES_MAX = 100;
/** Depth of nested types and of JSON values; deeper input is an attack on the stack. */
export const NESTING_DEPTH_MAX = 64;
/** Manifests decoded at the same time while planning. */
export const MANIFEST_READS_IN_FLIGHT = 4;
/** Bytes one compressed Avro block may inflate to when its header does not say: Java writes 64 kB blocks. */
export const AVRO_BLOCK_BYTES_MAX = 256 * 1024 * 1024;
/** Bytes of an Avro file's header, schema included: a table of 10,000 columns needs about one megabyte. */
export const AVRO_HEADER_BYTES_MAX = 16 * 1024 * 1024;
/** Types in an Avro schema with every named type written out; each costs a step a record. */
export const AVRO_SCHEMA_TYPES_MAX = 100_000;
/** Bytes read at once while walking over an Avro file's blocks: a few of Java's 64 kB blocks a call. */
export const AVRO_READ_AHEAD_BYTES = 512 * 1024;
/**
 * Connections the engine keeps open between queries: each costs a few kilobytes, opening one well below a
 * millisecond.
 */
export const ENGINE_SESSIONS_IDLE_MAX = 8;
/**
 * A query without rows, progress and processor time for this long has hung (DuckDB 1.5 can): it is
 * interrupted.
 */
export const QUERY_STALL_MS = 30_000;
/** How long an interrupted query may take to stop before its connection is given up. */
export const QUERY_INTERRUPT_GRACE_MS = 2_000;
/**
 * Bytes of a Parquet footer: Java's own are kilobytes; 10,000 columns times 100 row groups stay below this.
 */
export const PARQUET_FOOTER_BYTES_MAX = 256 * 1024 * 1024;
/**
 * Columns read of files at once: the engine's own time for describing them grows with their square (2 s at
 * this).
 */
export const PARQUET_COLUMNS_MAX = 16_384;
/** Files one statement of the engine reads: its text and DuckDB's file list stay small. */
export const PARQUET_FILES_PER_QUERY = 256;
/** Rows handed to the engine between two turns of the event loop, so that appending never blocks for long. */
export const STAGE_ROWS_PER_TURN = 8192;
/** Bytes DuckDB's allocator may hold on top of what is in use before it is told to give them back. */
export const ALLOCATOR_SLACK_BYTES = 32 * 1024 * 1024;
/**
 * Bytes of one Parquet page that is copied by ourselves: writers aim at 1 MB, one huge value makes a huge
 * page.
 */
export const PARQUET_PAGE_BYTES_MAX = 256 * 1024 * 1024;
/**
 * Pages inflated on threads at the same time: more than there are cores keep each of them busy between two
 * turns of the event loop, and each holds a window of up to 8 MB.
 */
export const PAGES_INFLATING_MAX = 8;
/** Bytes of a Parquet page's header: a few, and the least and greatest value if the writer left them. */
export const PARQUET_PAGE_HEADER_BYTES_MAX = 16 * 1024 * 1024;
/** Files and directories made durable at the same time: a disk does many such requests in one go. */
export const SYNCS_IN_FLIGHT = 16;
/**
 * Values of one leaf in one row of lists read from Parquet: a few bytes can claim any number of them, all of
 * which are held.
 */
export const PARQUET_ROW_VALUES_MAX = 16 * 1024 * 1024;
/** Buckets one commit writes to: each takes a file of its own and a line in the manifest. */
export const WRITE_BUCKETS_MAX = 100_000;
/**
 * Characters of one line of JSON or one record of CSV read as a row: text of 512 MB is no JavaScript string.
 */
export const INPUT_LINE_CHARS_MAX = 256 * 1024 * 1024;
/** Pages of one data file that are compressed at the same time, or wait for it: each about a megabyte. */
export const PAGES_IN_FLIGHT = 8;
/**
 * Bytes of compressed pages of a row group held until it is written: Java holds up to 128 MB. Columns lie one
 * after the other in a row group, so none can be written before its end.
 */
export const PARQUET_ROW_GROUP_BYTES = 32 * 1024 * 1024;
/** Bytes of a piece of a spilled run: three of each run that is merged are in memory, and disks like them. */
export const SPILL_FRAME_BYTES = 512 * 1024;
/** Spilled runs merged at once: each has a file open. More are merged into fewer first. */
export const SPILL_FAN_IN_MAX = 64;
/** Spilled runs of one write, each with a file open, before some are merged. */
export const SPILL_RUNS_MAX = 128;
/** Files of finished buckets that are made durable at the same time: waiting for disks costs no processor. */
export const FILES_FINISHING_MAX = 8;
/** Bytes of rows held before they are put aside, however much memory there is: offsets are 32-bit. */
export const HELD_BYTES_MAX = 1024 * 1024 * 1024;
