export { INPUT_FORMATS, type InputFormat } from './input-format.ts';
export type { InputSource } from './input-source.ts';
export { type InputOptions, type InputProgress, writeInput } from './write-input.ts';
