import * as v from 'valibot';

/** Names that patterns can tell apart. */
const name = v.pipe(
  v.string(),
  v.regex(/^[^\s:&!,*?[\]~@]+$/, 'a name may not be empty or hold blanks or any of : & ! , * ? [ ] ~ @'),
);
const text = v.pipe(v.string(), v.minLength(1));
const vars = v.record(v.string(), v.unknown());

const hostShape = v.strictObject({
  address: v.optional(text),
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))),
  user: v.optional(text),
  connection: v.optional(v.picklist(['ssh', 'local'])),
  identityFiles: v.optional(v.array(text)),
  knownHostsFiles: v.optional(v.array(text)),
  hostKeyAlias: v.optional(text),
  becomeMethod: v.optional(v.picklist(['sudo', 'su', 'doas'])),
  vars: v.optional(vars),
});

const groupShape = v.strictObject({
  hosts: v.optional(v.array(name)),
  children: v.optional(v.array(name)),
  vars: v.optional(vars),
});

/** What an inventory file may say. Anything else is an error, so that a typing mistake is not overlooked. */
export const inventoryShape = v.strictObject({
  hosts: v.optional(v.record(name, v.nullish(hostShape, {}))),
  groups: v.optional(v.record(name, v.nullish(groupShape, {}))),
  vars: v.optional(vars),
});

/** The data of an inventory, as a file or {@link defineInventory} gives it. */
export type InventoryData = v.InferInput<typeof inventoryShape>;
export type CheckedInventory = v.InferOutput<typeof inventoryShape>;

/**
 * Declares an inventory in TypeScript. It may be a function that fetches its hosts from anywhere.
 *
 * @example
 * export default defineInventory({
 *   hosts: { gw1: { address: '192.0.2.1' }, gw2: { address: '192.0.2.2' } },
 *   groups: { gateways: { hosts: ['gw1', 'gw2'], vars: { uplink: 'eth0' } } },
 * });
 */
export function defineInventory(
  data: InventoryData | (() => InventoryData | Promise<InventoryData>),
): InventoryData | (() => InventoryData | Promise<InventoryData>) {
  return data;
}
