import { defineModule, option, type OptionRules } from '../../../src/steps/index.ts';
import { creation, type Rewriting } from './created.ts';
import { editSteps } from './edit-step.ts';
import { expression, readExpression, type Expression } from './expression.ts';
import { expressionText, matchesNothing, partsOf } from './expression-text.ts';
import { translated } from './position.ts';
import { wholeFileProblems } from '../whole-file.ts';

/** Options of {@link replace}. */
export interface ReplaceOptions extends Rewriting {
  /** Extended regular expression. Everything that matches is replaced, in every line; it never spans lines. */
  readonly match: string;
  /**
   * What is put in its place. `$1` to `$9` are what groups have matched, `$&` is all of it, and `$$` is a dollar;
   * backslashes and & stand for themselves. What it makes must not match again.
   */
  readonly with: string;
  /** Only below the first line that matches this. Where none does, nothing is replaced. @defaultValue from the first line on */
  readonly after?: string;
  /** Only above the first line that matches this (below `after`). Where none does, to the end of the file. @defaultValue to the last line */
  readonly before?: string;
}

const options: OptionRules<ReplaceOptions> = {
  match: expression,
  with: (name, value) => {
    const wrong = option.text(name, value);
    if (wrong.length > 0) return wrong;
    if (typeof value !== 'string') return [`${name} cannot be a secret; use line, block or ini`];
    return /[^\P{Cc}\t]/u.test(value)
      ? [`${name} must have no newlines or other control characters: ${option.quoted(value)}`]
      : [];
  },
  after: expression,
  before: expression,
  backup: creation.backup,
  validate: creation.validate,
};

/**
 * Replaces text in the lines of a file. For a whole line, say `line`: it puts in what is missing, too.
 *
 * @example
 * replace('/etc/apt/sources.list', { match: 'http://(deb|security)[.]debian[.]org', with: 'https://$1.debian.org' })
 * @example
 * replace('/etc/app.conf', { match: '^(port = ).*', with: '$18080', after: '^\\[http\\]', before: '^\\[' }) // group 1
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap09.html for extended regular expressions
 */
export const replace = defineModule<ReplaceOptions>('replace', {
  options,
  claims: (path, o) => [
    {
      resource: `text /${o.match}/${o.after ?? ''}/${o.before ?? ''}/ of file:${option.plainPath(path)}`,
      value: option.quoted(o.with),
    },
  ],
  check(path, o, problem) {
    wholeFileProblems(path, o).forEach(problem);
    for (const name of ['match', 'with'] as const) if (o[name] === undefined) problem(`${name} is missing`);
    const read = readExpression(String(o.match));
    if (typeof read === 'string') return;
    if (matchesNothing(read))
      problem('match matches nothing at all, too, which is everywhere: let it match something');
    const { groups } = partsOf(read);
    for (const group of groupsIn(o.with)) {
      if (!groups.has(group)) {
        problem(
          `with names $${group}, but match has no such group that is there once: not repeated, nor one of alternatives`,
        );
      }
    }
  },
  steps(path, o) {
    const read = readExpression(o.match) as Expression;
    const { texts, groups } = partsOf(read);
    const named = groupsIn(o.with);
    const range = (group: string): string =>
      group === '&' ? '0' : (groups.get(Number(group)) ?? []).join(',');
    const pieces = o.with.split(/\$([1-9&$])/);
    const plain: string[] = [pieces[0] ?? ''];
    for (let at = 1; at < pieces.length; at += 2) {
      const next = pieces[at + 1] ?? '';
      if (pieces[at] === '$') plain.push(`${plain.pop() ?? ''}$${next}`);
      else plain.push(range(pieces[at] ?? ''), next);
    }
    // Behind the first match of a line there is no beginning of it any more: a byte that no text has.
    const fields = [
      expressionText(read),
      expressionText(read, '\x01'),
      plain,
      named.length === 0 ? '' : texts,
    ];
    return editSteps(path, ['replace', ...fields, translated(o.after), translated(o.before)], 'fail', o);
  },
});

function groupsIn(text: string): readonly number[] {
  return [...text.matchAll(/\$([1-9&$])/g)].map(([, group]) => Number(group)).filter((group) => group > 0);
}
