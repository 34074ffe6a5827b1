import { buildCommand } from '@stricli/core';
import {
  becomeAliases,
  becomeFlags,
  reachAliases,
  reachFlags,
  type BecomeFlags,
  type ReachFlags,
} from '../adhoc/flags.ts';
import { command } from '../command.ts';
import { inventoryFlags, type InventoryFlags } from '../flags.ts';

/** What `tsplay console` is told. */
export interface Flags extends InventoryFlags, BecomeFlags, ReachFlags {
  readonly check: boolean;
}

/** `tsplay console` */
export const console = buildCommand<Flags, [string]>({
  docs: {
    brief: 'Call modules on hosts line by line',
    fullDescription: [
      'Reads lines of TypeScript and runs each at once on the hosts, as a play of its own; type errors are told before',
      'anything runs. .help says what else can be typed.',
      '',
      'Example: tsplay console -i prod web1 --check',
      '',
      'Exit status: 0, or 64 where it cannot begin. From a pipe: that of the first line that came to something else than 0.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...inventoryFlags,
      ...becomeFlags,
      check: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Begin with .check on: change nothing; tell what would change',
      },
      ...reachFlags,
    },
    aliases: { ...reachAliases, ...becomeAliases },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: String, placeholder: 'PATTERN', brief: 'Which hosts, such as web*:!web3', default: 'all' },
      ],
    },
  },
  func: command(async (flags, pattern) => {
    const { openConsole } = await import('../console/console.ts');
    return openConsole(flags, pattern);
  }),
});
