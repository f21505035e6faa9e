export { hllUnion } from './hll-bytes.ts';
export { thetaUnion } from './theta.ts';
