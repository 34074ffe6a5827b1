import { defineModule, noFile, option, type OptionRules } from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { render } from './render.ts';
import { wholeFile, wholeFileOptions, wholeFileProblems, type WholeFile } from './whole-file.ts';

/** Options of {@link template}. */
export interface TemplateOptions extends WholeFile {
  /** The template, relative to the file in which this is written. Left out with `state: 'absent'`. */
  readonly source?: string;
  /** What the template names. @defaultValue nothing */
  readonly vars?: Readonly<Record<string, unknown>>;
  /** `'absent'`: No such file; the template is not needed. @defaultValue 'present' */
  readonly state?: 'present' | 'absent';
}

const options: OptionRules<TemplateOptions> = {
  source: option.line(),
  vars: option.rule('an object such as { port: 80 }', option.isPlain),
  ...wholeFileOptions,
  state: option.oneOf('present', 'absent'),
};

/**
 * A file made from a Handlebars template, here and not on the host. Nothing is escaped, since a configuration is not
 * HTML. A name that `vars` does not have is an error, and so is printing what has no text: `null`, a list, an object.
 * With a secret in it the whole content is a secret.
 *
 * @example
 * template('/etc/app.conf', { source: 'templates/app.conf.hbs', vars: { port: 80, peers: ['a', 'b'] } })
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
  steps(path, { source, vars = {}, ...o }, call) {
    if (source === undefined) return [noFile(path)];
    const text = call.read(source);
    if (text === undefined) return [];
    const rendered = render(text, vars);
    if ('content' in rendered) return [wholeFile(path, rendered.content, o)];
    for (const problem of rendered.problems) call.problem(source + problem);
    return [];
  },
});
