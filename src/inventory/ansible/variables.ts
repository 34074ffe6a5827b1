import { inventoryError } from '../../errors/inventory.ts';
import type { Place } from '../../errors/tsplay-error.ts';
import { secret } from '../../secrets/secret.ts';
import { addLayer, type Draft, type GroupDraft, type HostDraft } from '../draft.ts';
import type { Locate } from '../inventory.ts';
import type { Vars } from '../shape.ts';

/** Names under which Ansible keeps passwords. */
const passwords = /^ansible_(?:\w+_)?pass(?:word|phrase)?$/;

/** Adds variables that a source of Ansible gives a group, or a host. */
export function addVariables(
  draft: Draft,
  to: { readonly group: string; readonly draft: GroupDraft } | { readonly host: HostDraft },
  given: Vars,
  locate: Locate,
): void {
  const vars = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, hidden(name, value)]));
  if ('host' in to) {
    addLayer(to.host.layers, undefined, vars, locate);
    return;
  }
  const { ansible_group_priority: priority, ...rest } = vars;
  if (priority !== undefined)
    to.draft.priority = priorityOf(draft, priority, locate(['ansible_group_priority']));
  addLayer(to.draft.layers, to.group, rest, locate);
}

/** A password is a secret, wherever it stands. */
export function hidden(name: string, value: unknown): unknown {
  return passwords.test(name) && (typeof value === 'string' || typeof value === 'number')
    ? secret(String(value))
    : value;
}

function priorityOf(draft: Draft, value: unknown, where: Place | undefined): number {
  const priority = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof priority === 'number' && Number.isInteger(priority)) return priority;
  const problem = `must be a whole number, not ${JSON.stringify(value)}`;
  draft.problems.push(
    inventoryError('inventory-invalid', { path: 'ansible_group_priority', problem }, { where }),
  );
  return 1;
}
