import { didYouMean, near, option, Secret, withSecrets } from '../../../src/steps/index.ts';
import { handlebars, prepared, type Node, type Place } from './handlebars.ts';
import { callHelper, helperNames, printable } from './template-helpers.ts';

/** A text with the name of its file, as messages show it. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** What a name that is not there stands for, so that one mistake is told once. */
const missing = {};

type Template = (
  vars: object,
  options: { readonly helpers: object; readonly partials?: object | undefined },
) => string;
interface Compiled {
  readonly template: Template;
  readonly partials: ReturnType<typeof prepared>;
}
const compiled = new Map<string, Compiled>();

const ours = Object.fromEntries(helperNames.map((name) => [name, true]));
const knownHelpers = { log: false, helperMissing: false, blockHelperMissing: false, ...ours };

/** Many hosts have the same template. */
function compile({ file, text }: Source): Compiled {
  const key = `${file}\0${text}`;
  let made = compiled.get(key);
  if (made === undefined) {
    const library = handlebars();
    const options = { assumeObjects: true, knownHelpersOnly: true, knownHelpers };
    const parsed = library.parse(text, { srcName: file });
    const partials = prepared(parsed as unknown as Node);
    made = { template: library.compile(parsed, options) as Template, partials };
    compiled.set(key, made);
  }
  return made;
}

/** Renders a template, or gives all that is wrong with it: each with its file, and its line where that is known. */
export function render(
  source: Source,
  vars: Readonly<Record<string, unknown>>,
  partials: Readonly<Record<string, Source>> = {},
): { readonly content: string | Secret } | { readonly problems: readonly string[] } {
  const problems = new Set<string>();
  const tell = (file: string, line: number | undefined, problem: string): void =>
    void problems.add(line === undefined ? `${file}: ${problem}` : `${file}:${line}: ${problem}`);
  const content = withSecrets((reveal) => {
    const helpers = {
      ...Object.fromEntries(
        helperNames.map((name) => [
          name,
          (...given: readonly unknown[]): unknown => {
            const { loc } = given.at(-1) as { loc: { start: { line: number }; source: string } };
            const args = given.slice(0, -1);
            if (args.includes(missing)) return missing;
            const made = callHelper(name, args, reveal);
            if ('value' in made) return made.value;
            tell(loc.source, loc.start.line, made.problem);
            return missing;
          },
        ]),
      ),
      'to look up': (parent: unknown, name: string, { line, file, lenient }: Place): unknown => {
        if (parent === missing) return missing;
        if (isThere(parent, name)) return (Object(parent) as Record<string, unknown>)[name];
        if (lenient === true) return undefined;
        tell(file, line, absence(parent, name));
        return missing;
      },
      'to print': (value: unknown, { line, file }: Place): string => {
        if (value instanceof Secret) return reveal(value);
        if (value === missing) return '';
        const printed = printable(value);
        if (printed === undefined) tell(file, line, `${option.shown(value)} cannot be printed`);
        return printed ?? '';
      },
    };
    const all = Object.entries(partials).map(
      ([name, one]) => [name, one, ready(one, partials, tell)] as const,
    );
    const main = ready(source, partials, tell);
    if (main === undefined || problems.size > 0) return '';
    /** Calls a template; what it throws is told with the file that it stands in. */
    const called =
      (one: Source, template: Template | undefined): Template =>
      (context, options) => {
        try {
          return template?.(context, options) ?? '';
        } catch (error) {
          if (error !== told) tell(one.file, ...explained(error));
          throw told;
        }
      };
    const parts = Object.fromEntries(all.map(([name, one, template]) => [name, called(one, template)]));
    try {
      return called(source, main)(vars, { helpers, partials: parts });
    } catch (error) {
      if (error !== told) throw error;
      return '';
    }
  });
  return problems.size === 0 ? { content } : { problems: [...problems] };
}

/** What has been told already. */
const told = new Error('told');

type Tell = (file: string, line: number | undefined, problem: string) => void;

/** The compiled template, unless it cannot be read or names partials that are not there. */
function ready(source: Source, partials: Readonly<Record<string, Source>>, tell: Tell): Template | undefined {
  try {
    const { template, partials: named } = compile(source);
    const names = Object.keys(partials);
    for (const { name, line } of named) {
      if (names.includes(name)) continue;
      const hint =
        didYouMean(near(name, names)) ||
        `; ${names.length === 0 ? 'the option partials names files that are' : `there are ${names.join(', ')}`}`;
      tell(source.file, line, `there is no partial ${option.quoted(name)}${hint}`);
    }
    return template;
  } catch (error) {
    tell(source.file, ...explained(error));
    return undefined;
  }
}

function isThere(parent: unknown, name: string): boolean {
  return parent !== null && parent !== undefined && Object.hasOwn(Object(parent) as object, name);
}

function absence(parent: unknown, name: string): string {
  const names = typeof parent === 'object' && parent !== null ? Object.keys(parent) : [];
  return `there is no ${option.quoted(name)} here${didYouMean(near(name, names))}`;
}

/** Line and words of what Handlebars throws. */
function explained(error: unknown): [number | undefined, string] {
  if (error instanceof RangeError) return [undefined, 'it calls itself without end'];
  const { message, lineNumber } = error as { readonly message: string; readonly lineNumber?: number };
  const [first = '', excerpt = ''] = message.split('\n');
  const [, line] = /^Parse error on line (\d+)/.exec(first) ?? [];
  if (line !== undefined) return [Number(line), `this cannot be read: ${option.quoted(excerpt.trim())}`];
  const [, helper] = /unknown helper (\S+)/.exec(first) ?? [];
  if (helper === undefined) return [lineNumber, first.replace(/ - \d+:\d+$/, '')];
  const names = ['if', 'unless', 'each', 'with', 'lookup', ...helperNames];
  const hint = didYouMean(near(helper, names)) || `; there are ${names.join(', ')}`;
  return [lineNumber, `there is no helper ${option.quoted(helper)}${hint}`];
}
