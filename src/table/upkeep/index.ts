export { createBranch, deleteBranch, fastForward } from './branches.ts';
export { deleteConsumer, resetConsumer } from './consumers.ts';
export type { UpkeepOptions, UpkeepReport } from './eraser.ts';
export { type ExpireOptions, type ExpireReport, expireSnapshots } from './expire.ts';
export type { RetainOptions } from './expire-rules.ts';
export { type OrphanOptions, type OrphanReport, removeOrphans } from './orphans.ts';
export { type RollbackReport, type RollbackTarget, rollbackTo } from './rollback.ts';
export { type CreateTag, createTag, deleteTag, expireTags } from './tags.ts';
