import { defineModule, noFile, option, type OptionRules } from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { render, type Source } from './render.ts';
import { wholeFile, wholeFileOptions, wholeFileProblems, type WholeFile } from '../whole-file.ts';

/** Options of {@link template}. */
export interface TemplateOptions extends WholeFile {
  /** The template, relative to the file in which this is written. Left out with `state: 'absent'`. */
  readonly source?: string;
  /** What the template names. @defaultValue nothing */
  readonly vars?: Readonly<Record<string, unknown>>;
  /**
   * Files that the template and its partials can take in, by the name in `{{> name}}`, relative to the file in which this is
   * written. A partial sees the variables of the place where it stands; `{{> name this port=80}}` gives it others.
   * @defaultValue none
   */
  readonly partials?: Readonly<Record<string, string>>;
  /** `'absent'`: No such file; the template is not needed. @defaultValue 'present' */
  readonly state?: 'present' | 'absent';
}

const options: OptionRules<TemplateOptions> = {
  source: option.line(),
  partials: option.mapOf(option.line(), (name) =>
    /^[A-Za-z_][\w-]*$/.test(name)
      ? undefined
      : `partials has ${option.quoted(name)}, which is no name: letters, digits, _ and -`,
  ),
  vars: option.rule('an object such as { port: 80 }', option.isPlain),
  ...wholeFileOptions,
  state: option.oneOf('present', 'absent'),
};

/**
 * A file made from a Handlebars template, here and not on the host. Nothing is escaped, since a configuration is not
 * HTML. A name that `vars` does not have is an error, and so is printing what has no text: `null`, a list, an object.
 * With a secret in it the whole content is a secret.
 *
 * Beside `if`, `unless`, `each`, `with` and `lookup` of Handlebars there are these helpers. They can stand within others:
 * `{{#each (sorted (unique peers))}}`. A name without arguments is a variable, even if a helper has that name too.
 *
 * | helper                           | gives                                                                        |
 * | -------------------------------- | ---------------------------------------------------------------------------- |
 * | `default value other`            | `other` where the value is not there, `null` or empty                        |
 * | `eq a b`, `ne a b`               | whether they are the same, or are not                                        |
 * | `lt a b`, `gt a b`               | whether the first number, or text, is less or greater                        |
 * | `and a b …`, `or a b …`, `not a` | as `if` sees them; `or` gives the first that holds                           |
 * | `includes list value`            | whether the list has it                                                      |
 * | `join list ', '`                 | the list as one text                                                         |
 * | `sorted list`, `unique list`     | another list: numbers by size, texts by code points; each once               |
 * | `json value 2`                   | JSON, with so many spaces at each level, or in one line                      |
 * | `indent 4 text`                  | so many spaces before each line that is not empty                            |
 * | `upper text`, `lower text`       | in capitals, in small letters                                                |
 * | `host '192.0.2.5/24'`            | the address alone, `192.0.2.5`                                               |
 * | `prefix '192.0.2.5/24'`          | the length of the prefix, `24`                                               |
 * | `netmask '192.0.2.5/24'`         | `255.255.255.0`; IPv4 only                                                   |
 * | `network '192.0.2.5/24'`         | `192.0.2.0/24`                                                               |
 * | `broadcast '192.0.2.5/24'`       | `192.0.2.255`; IPv4 only                                                     |
 *
 * What a helper cannot do with what it is given is an error with file and line, as a name that is not there is.
 *
 * @example
 * template('/etc/app.conf', { source: 'templates/app.conf.hbs', vars: { port: 80, peers: ['a', 'b'] } })
 * @example
 * template('/etc/app.conf', {
 *   source: 'templates/app.conf.hbs', // begins with {{> header}}
 *   partials: { header: 'templates/header.hbs' },
 *   vars: { listen: '192.0.2.5/24' },
 * })
 * @see https://handlebarsjs.com/guide/builtin-helpers.html for `if`, `unless`, `each`, `with` and `lookup`
 */
export const template = defineModule<TemplateOptions>('template', {
  options,
  check(path, o, problem) {
    wholeFileProblems(path, o).forEach(problem);
    if (o.state === 'absent') checkAbsent(o, [], problem);
    else if (o.source === undefined) {
      problem("source is missing (or say state: 'absent')");
    }
  },
  steps(path, { source, vars = {}, partials = {}, ...o }, call) {
    if (source === undefined) return [noFile(path)];
    const read = (file: string): Source | undefined => {
      const text = call.read(file);
      return text === undefined ? undefined : { file, text };
    };
    const main = read(source);
    const parts = Object.entries(partials).map(([name, file]) => [name, read(file)] as const);
    if (main === undefined || parts.some(([, one]) => one === undefined)) return [];
    const rendered = render(main, vars, Object.fromEntries(parts) as Record<string, Source>);
    if ('content' in rendered) return [wholeFile(path, rendered.content, o)];
    for (const problem of rendered.problems) call.problem(problem);
    return [];
  },
});
