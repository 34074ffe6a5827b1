import type { Inventory } from '../../inventory/inventory.ts';
import { beyondHost } from '../schedule/beyond-host.ts';
import { countersByHost, type Means } from './plan.ts';
import { Selection, type Wished } from './selection.ts';
import { Turns } from '../schedule/turns.ts';

/** What plays are built with that only somebody looks at: each ends at its first barrier. */
export function nothingRuns(inventory: Inventory, wished: Wished = {}): Means {
  const never = new Promise<never>(() => {});
  const countersOf = countersByHost();
  const shared = {
    inventory,
    turns: new Turns(),
    countersOf,
    runnerOf: () => never,
    mayGo: () => {},
  };
  return {
    sendFor: () => () => never,
    factsOf: () => never,
    countersOf,
    selection: new Selection(wished),
    mayGo: () => never,
    beyondHost: (asking) => beyondHost(asking, shared),
  };
}
