export { GrowingBatch } from './growing-batch.ts';
