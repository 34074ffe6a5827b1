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
import { duration, inventoryFlags, type InventoryFlags } from '../flags.ts';

/** What `tsplay exec` is told. */
export interface Flags extends InventoryFlags, BecomeFlags, ReachFlags {
  readonly shell?: string;
  readonly stdin: boolean;
  readonly timeout?: number;
  readonly grouped: boolean;
  readonly json: boolean;
}

/** `tsplay exec` */
export const exec = buildCommand<Flags, [string, ...string[]]>({
  docs: {
    brief: 'Run a command on hosts',
    fullDescription: [
      'Runs a command on hosts and shows what it prints, host by host. Its words are words: no shell reads them, unless',
      '--shell gives it a text. It is not made undoable, and hosts are not locked for it.',
      '',
      'Example: tsplay exec -i prod web1 -- uname -r',
      '',
      'Exit status: 0 it succeeded on all hosts, 1 it failed on one, 3 a host was unreachable, 64 nothing was run.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...inventoryFlags,
      ...becomeFlags,
      shell: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'TEXT',
        brief: "This text instead, which each host's sh reads",
      },
      stdin: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Give it what stands on standard input, on every host all of it',
      },
      timeout: {
        kind: 'parsed',
        parse: duration,
        optional: true,
        placeholder: 'TIME',
        brief: 'End it, with all that it has started, after this time, such as 30s',
      },
      grouped: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Show each host when it is done, instead of each line as it comes',
      },
      json: { kind: 'boolean', default: false, withNegated: false, brief: 'Print JSON, for programs' },
      ...reachFlags,
    },
    aliases: { ...reachAliases, ...becomeAliases },
    positional: {
      kind: 'array',
      parameter: {
        parse: String,
        placeholder: 'PATTERN, COMMAND, ARGUMENT',
        brief: 'Which hosts, then the words of the command, behind -- where one begins with -',
      },
      minimum: 1,
    },
  },
  func: command(async (flags, pattern, ...words) => {
    const { execute } = await import('../adhoc/exec.ts');
    return execute(flags, pattern, words);
  }),
});
