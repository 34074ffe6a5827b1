/** The step vocabulary: all that a module needs. */
export { sh, builtins, all, Sh, type ShValue } from './sh.ts';
export {
  absent,
  action,
  around,
  declaredPaths,
  edit,
  entries,
  fetched,
  file,
  lazily,
  library,
  noFile,
  poll,
  present,
  procFile,
  query,
  reading,
  release,
  requires,
  sysFile,
  tool,
  transaction,
  value,
} from './step.ts';
export type {
  ActionStep,
  EditStep,
  FetchStep,
  EntriesStep,
  FileStep,
  Library,
  PollStep,
  PresentStep,
  Query,
  Read,
  ReleaseStep,
  RequiresStep,
  Resource,
  Shared,
  Step,
  StepOptions,
  ToolStep,
  TransactionStep,
  ValueStep,
} from './step.ts';
export { rc, stdout, type ResultTest } from './result-test.ts';
export { defineEditor, type EditorDefinition, type EditorModule } from './editor.ts';
export { purgeClaim } from './declared-paths.ts';
export { defineModule } from './module.ts';
export type { Claim, Handle, Module, ModuleCall, ModuleDefinition, TaskResult } from './module.ts';
export { LocalFile, type Content, type InlineContent } from './content.ts';
export type { SourceEntry } from './source-entry.ts';
export * as option from './option.ts';
export type { OptionRule, OptionRules } from './option.ts';
export { isTaskOption, type TaskOptions } from './task-options.ts';
export { isSysctlPath, sysctlPath } from './sysctl-path.ts';
export { didYouMean, near } from '../errors/near.ts';
export { and, not, or, type Condition } from './condition.ts';
export { fingerprint, Secret, secret, withSecrets } from '../secrets/secret.ts';
