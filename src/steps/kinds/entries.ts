import { statusesOf, yesNo, type StepWriter } from '../compile/step-writer.ts';
import { quote, type Sh } from '../sh.ts';
import type { StepOptions } from './step-options.ts';

export interface EntriesStep extends StepOptions {
  readonly kind: 'entries';
  readonly what: string;
  readonly list: Sh;
  readonly absent: readonly number[];
  /** Each entry is its fields; the first one is its key. */
  readonly want: readonly (readonly string[])[];
  /** Keys that must not be there; only where the set is not exclusive. */
  readonly unwanted: readonly string[];
  readonly add: Sh;
  readonly change: Sh | undefined;
  readonly remove: Sh;
  readonly exclusive: boolean;
  readonly order: 'add-first' | 'remove-first';
  /** The keys are links that join a bond: their state comes back with an undo, and what stands on them stays. */
  readonly devices: boolean;
}

/** A set of entries by key; each that differs is added, changed or removed by itself. */
export function entries(
  what: string,
  step: StepOptions & {
    list: Sh;
    absent?: readonly number[];
    want: readonly (readonly string[])[];
    unwanted?: readonly string[];
    add: Sh;
    change?: Sh;
    remove: Sh;
    exclusive?: boolean;
    order?: 'add-first' | 'remove-first';
    devices?: boolean;
  },
): EntriesStep {
  const {
    absent: statuses = [],
    unwanted = [],
    change,
    exclusive = true,
    order = 'add-first',
    devices = false,
    ...rest
  } = step;
  return { kind: 'entries', what, absent: statuses, unwanted, change, exclusive, order, devices, ...rest };
}

export function compileEntries(step: EntriesStep, to: StepWriter): void {
  const statuses = statusesOf(step.list, step.absent);
  to.absent(statuses);
  to.half('r', 'list', step.list);
  to.half('a', 'add to', step.add);
  to.half('c', 'change in', step.change);
  to.optional({ c: step.change });
  to.half('d', 'remove from', step.remove);
  if (step.devices) {
    to.line(`ts_devices_${to.number}=1`);
    to.before('TS_DEVICES=1');
  }
  const want = step.want.map((fields) => fields.join('\t')).join('\n');
  const unwanted = quote(step.unwanted.join('\n'));
  to.call('ts_entries', quote(want), statuses, yesNo(step.exclusive), step.order, unwanted);
}
