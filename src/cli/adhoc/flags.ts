import type { FlagParametersForType } from '@stricli/core';
import { reportFlags, type ReportFlags } from '../flags.ts';

/** Whom what is asked for by hand runs as. */
export interface BecomeFlags {
  readonly become: boolean;
  readonly becomeUser?: string;
}

/** How hosts are connected to. */
export type ReachFlags = Pick<ReportFlags, 'forks' | 'askBecomePass' | 'askPass' | 'transport' | 'record'>;

const { forks, askBecomePass, askPass, transport, record } = reportFlags;

export const reachFlags: FlagParametersForType<ReachFlags> = {
  forks,
  record,
  askBecomePass,
  askPass,
  transport,
};

export const becomeFlags: FlagParametersForType<BecomeFlags> = {
  become: {
    kind: 'boolean',
    default: false,
    withNegated: false,
    brief: 'As root, or as the user of --become-user',
  },
  becomeUser: {
    kind: 'parsed',
    parse: String,
    optional: true,
    placeholder: 'USER',
    brief: 'As this user',
  },
};

export const reachAliases = { i: 'inventory', f: 'forks', K: 'askBecomePass', k: 'askPass' } as const;
export const becomeAliases = { b: 'become' } as const;

/** What a play is told of it. */
export function becomeOf({ become, becomeUser }: BecomeFlags): boolean | string {
  return becomeUser ?? become;
}
