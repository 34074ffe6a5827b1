import { buildCommand } from '@stricli/core';
import { command } from '../command.ts';

/** What `tsplay init` is told. */
export interface Flags {
  readonly keep: boolean;
}

/** `tsplay init` */
export const init = buildCommand<Flags, [string]>({
  docs: {
    brief: 'Make a project: a playbook, a role, inventories, a test',
    fullDescription: [
      'Makes a project that can be checked at once: package.json, tsconfig.json, a playbook, a role, inventories, a test,',
      'settings of editors and .gitignore. Nothing is overwritten: where a file is there already, none is written.',
      '',
      'Example: tsplay init site',
      '',
      'Exit status: 0 all well, 64 nothing was written.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      keep: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Leave files that are there as they are, and write the others',
      },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          placeholder: 'FOLDER',
          default: '.',
          brief: 'Where, in a folder that is there or not',
        },
      ],
    },
  },
  func: command(async (flags, folder) =>
    (await import('../init/init.ts')).init(flags, folder, process.cwd()),
  ),
});
