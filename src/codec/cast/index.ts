export * from './cast.ts';
export type { Cast } from './cells.ts';
export { javaDoubleText, javaFloatText } from './java-double.ts';
