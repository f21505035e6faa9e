export { decodeFrame, encodeFrame, type Frame } from './frame.ts';
