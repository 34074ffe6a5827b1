import { createHash } from 'node:crypto';
import { builtins, edit, query, Secret, sh, tool, withSecrets, type Step } from '../../../src/steps/index.ts';
import { editProgram } from './edit-program.ts';
import type { Creation, NoCreation } from './created.ts';
import { ownerOf } from '../ownership.ts';
import { validation } from '../whole-file.ts';

const awk = tool('awk', {
  debian: 'mawk',
  fedora: 'gawk',
  rhel: 'gawk',
  suse: 'gawk',
  alpine: 'busybox',
  arch: 'gawk',
});

/** An edit: its kind, and what that needs. */
export type Edit = readonly [
  kind: 'line' | 'block' | 'replace' | 'ini' | 'hosts',
  ...fields: readonly Field[],
];
type Field = string | Secret | readonly (string | Secret)[];

/** What divides the parts of one field. */
const between = '\x01';

/**
 * The steps of an edit. All edits of a program are first looked at together, by one process; only what that finds to
 * be different is looked at alone.
 */
export function editSteps(
  path: string,
  what: Edit,
  missing: 'fail' | 'leave',
  o: Creation | NoCreation = {},
): readonly Step[] {
  const made = withSecrets((reveal) => {
    const shown = (one: string | Secret): string => (one instanceof Secret ? reveal(one) : one);
    const [kind, ...fields] = what;
    const plain = fields.map((field) =>
      typeof field === 'string' || field instanceof Secret ? shown(field) : field.map(shown).join(between),
    );
    return [path, kind, ...plain].map(escaped).join('\t');
  });
  // The key of a secret would tell two of them apart.
  const key = made instanceof Secret ? '-' : createHash('sha256').update(made).digest('hex').slice(0, 16);
  const input =
    made instanceof Secret ? withSecrets((reveal) => `${key}\t${reveal(made)}`) : `${key}\t${made}`;
  const all = query('edits', editProgram, input instanceof Secret ? [] : [input]);
  return [
    awk,
    edit(path, {
      filter: sh`q_edits`,
      input,
      uses: [all],
      same: input instanceof Secret ? undefined : builtins`ts_has ${key} ${all.output}`,
      missing: o.create === true ? 'make' : missing,
      mode: o.mode,
      owner: ownerOf(o),
      text: true,
      validate: o.validate && validation(o.validate),
      backup: o.backup,
    }),
  ];
}

/** A field has no tabs, and a record not the byte at which it ends. */
function escaped(field: string): string {
  const names: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    '\n': '\\n',
    '\t': '\\t',
    [between]: '\\1',
  };
  return field.replaceAll(/[\\\n\t\x01]/g, (one) => names[one] ?? one);
}
