export { type LeafPlan, pageColumn, planLeaf } from './leaf-plan.ts';
export { type PageColumn, type PageTarget, type RowColumn, STEP_ROWS } from './page-column.ts';
export { type PageParts, type ParquetPage, pageFail, pageParts } from './page-parts.ts';
