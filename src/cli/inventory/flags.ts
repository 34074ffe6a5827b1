import type { FlagParametersForType, TypedPositionalParameter } from '@stricli/core';
import { hostFlags } from '../flags.ts';

/** What the commands about an inventory have in common. */
export interface InventoryFlags {
  readonly inventory: string;
  readonly json: boolean;
}

export const inventoryFlags: FlagParametersForType<InventoryFlags> = {
  inventory: hostFlags.inventory,
  json: { kind: 'boolean', default: false, withNegated: false, brief: 'Print JSON, for programs' },
};

export const inventoryAliases = { i: 'inventory' } as const;

export const hostArgument: TypedPositionalParameter<string> = {
  parse: String,
  placeholder: 'HOST',
  brief: 'The name of a host',
};
