import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';

/** What `tsplay doc` is told. */
export interface Flags {
  readonly from?: string;
  readonly json: boolean;
}

/** `tsplay doc` */
export const doc = buildCommand<Flags, [string?]>({
  docs: {
    brief: 'Show what modules there are, and what they can be given',
    fullDescription: [
      'Lists all modules and roles, or shows one, or one of its options: what it is for, what it can be given, what is',
      'done if that is left out, and examples. Those of a project or of a package are read where their file or package is',
      'named.',
      '',
      'Example: tsplay doc bond',
      'Example: tsplay doc ipvs.servers.weight',
      'Example: tsplay doc ./modules/hostname.ts',
      '',
      'Exit status: 0 all well, 64 there is no such module or option.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      from: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE|PACKAGE',
        brief: 'What exports the modules; by default those that come with tsplay',
      },
      json: { kind: 'boolean', default: false, withNegated: false, brief: 'Print JSON, for programs' },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          optional: true,
          placeholder: 'MODULE[.OPTION]',
          brief: 'What is shown, or a .ts file or package; by default a list of all modules',
        },
      ],
    },
  },
  func: command(async (flags, words) => (await import('../docs/show.ts')).showDocs(flags, words)),
});
