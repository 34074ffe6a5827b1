import type { ActionStep } from './kinds/action.ts';
import type { EditStep } from './kinds/edit.ts';
import type { EntriesStep } from './kinds/entries.ts';
import type { FetchStep } from './kinds/fetch.ts';
import type { FileStep } from './kinds/file.ts';
import type { PollStep } from './kinds/poll.ts';
import type { PresentStep } from './kinds/present.ts';
import type { RebootStep } from './kinds/reboot.ts';
import type { RequiresStep } from './kinds/requires.ts';
import type { ToolStep } from './kinds/tool.ts';
import type { TransactionStep } from './kinds/transaction.ts';
import type { ValueStep, ReleaseStep } from './kinds/value.ts';

/** One guarded fact about the target. Pure data until it runs. */
export type Step =
  | PresentStep
  | ValueStep
  | ReleaseStep
  | EntriesStep
  | FileStep
  | FetchStep
  | EditStep
  | PollStep
  | ActionStep
  | RebootStep
  | TransactionStep
  | ToolStep
  | RequiresStep;
