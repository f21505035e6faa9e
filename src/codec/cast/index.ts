export * from './cast.ts';
export type { Cast } from './cells.ts';
export { type Fit, resolveFit, sameValues } from './fit.ts';
export { javaDoubleText, javaFloatText } from './java-double.ts';
