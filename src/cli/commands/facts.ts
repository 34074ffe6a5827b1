import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';
import {
  factFlags,
  inventoryFlags,
  reportFlags,
  type FactFlags,
  type InventoryFlags,
  type ReportFlags,
} from '../flags.ts';

/** What `tsplay facts` is told. */
export interface Flags
  extends InventoryFlags, FactFlags, Pick<ReportFlags, 'forks' | 'askBecomePass' | 'askPass' | 'transport'> {
  readonly group?: readonly string[];
  readonly become: boolean;
  readonly json: boolean;
}

const { forks, askBecomePass, askPass, transport } = reportFlags;

/** `tsplay facts` */
export const facts = buildCommand<Flags, [string]>({
  docs: {
    brief: 'Show what hosts say of themselves',
    fullDescription: [
      'Shows the facts that a play can read of each host: all groups, or those that are named.',
      '',
      'Example: tsplay facts web1 -i prod --group network,routes --json',
      '',
      'Exit status: 0 all are known, 1 some could not be gathered, 3 a host was unreachable, 64 nothing was asked.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...inventoryFlags,
      group: {
        kind: 'parsed',
        parse: String,
        variadic: ',',
        optional: true,
        placeholder: 'GROUP',
        brief: 'Only these groups, by commas',
      },
      become: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Ask as root what others do not see in full',
      },
      json: { kind: 'boolean', default: false, withNegated: false, brief: 'Print JSON, for programs' },
      ...factFlags,
      forks,
      askBecomePass,
      askPass,
      transport,
    },
    aliases: { i: 'inventory', g: 'group', b: 'become', f: 'forks', K: 'askBecomePass', k: 'askPass' },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: String, placeholder: 'PATTERN', brief: 'Which hosts, such as web*:!web3', default: 'all' },
      ],
    },
  },
  func: command(async (flags, pattern) => {
    const { showFacts } = await import('../facts/show.ts');
    return showFacts(flags, pattern);
  }),
});
