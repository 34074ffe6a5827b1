import { createRequire } from 'node:module';
import type HandlebarsLibrary from 'handlebars';
import { didYouMean, near, option, Secret, withSecrets } from '../../src/steps/index.ts';

type Handlebars = typeof HandlebarsLibrary;
/** Where the compiler is in the template. */
interface Location {
  readonly start: { readonly line: number };
}

/** What Handlebars lets others override in its compiler, but has no types for. */
interface CodeMaker {
  readonly source: { readonly currentLocation: Location };
  nameLookup(parent: unknown, name: string, type: string): unknown;
  append(): void;
  appendEscaped(): void;
  quotedString(text: string): unknown;
  appendToBuffer(code: readonly unknown[]): unknown;
  pushSource(code: unknown): void;
  popStack(): unknown;
}

/** What a name that is not there stands for, so that one mistake is told once. */
const missing = {};

let loaded: Handlebars | undefined;

/** Handlebars with a compiler that looks up and prints through helpers of ours. Loaded only where a template is. */
function handlebars(): Handlebars {
  if (loaded !== undefined) return loaded;
  const library = (createRequire(import.meta.url)('handlebars') as Handlebars).create() as Handlebars & {
    JavaScriptCompiler: { prototype: CodeMaker };
  };
  library.unregisterHelper('log');
  const { JavaScriptCompiler: Base } = library;
  function Compiler(): void {}
  const through = (self: CodeMaker, helper: string, ...args: readonly unknown[]): readonly unknown[] => [
    `helpers["${helper}"](`,
    ...args,
    `,${JSON.stringify({ line: self.source.currentLocation.start.line })})`,
  ];
  const print = function (this: CodeMaker): void {
    this.pushSource(this.appendToBuffer(through(this, 'to print', this.popStack())));
  };
  Compiler.prototype = Object.assign(Object.create(Base.prototype) as CodeMaker, {
    compiler: Compiler,
    nameLookup(this: CodeMaker, parent: unknown, name: string, type: string): unknown {
      return type === 'context' || type === 'data'
        ? through(this, 'to look up', parent, ',', this.quotedString(name))
        : Base.prototype.nameLookup.call(this, parent, name, type);
    },
    append: print,
    appendEscaped: print,
  });
  library.JavaScriptCompiler = Compiler as unknown as typeof Base;
  loaded = library;
  return library;
}

type Template = (vars: object, options: { readonly helpers: object }) => string;
const compiled = new Map<string, Template>();

const notHelpers = { log: false, helperMissing: false, blockHelperMissing: false };

/** Many hosts have the same template. */
function compile(text: string): Template {
  let made = compiled.get(text);
  if (made === undefined) {
    const library = handlebars();
    const options = { assumeObjects: true, knownHelpersOnly: true, knownHelpers: notHelpers };
    made = library.compile(library.parse(text), options) as Template;
    compiled.set(text, made);
  }
  return made;
}

/** Renders a template, or gives all that is wrong with it: each with its line, where that is known. */
export function render(
  text: string,
  vars: Readonly<Record<string, unknown>>,
): { readonly content: string | Secret } | { readonly problems: readonly string[] } {
  const problems = new Set<string>();
  const tell = (line: number | undefined, problem: string): void =>
    void problems.add(line === undefined ? `: ${problem}` : `:${line}: ${problem}`);
  const content = withSecrets((reveal) => {
    const helpers = {
      'to look up': (parent: unknown, name: string, { line }: { line: number }): unknown => {
        if (parent === missing) return missing;
        if (isThere(parent, name)) return (Object(parent) as Record<string, unknown>)[name];
        tell(line, absence(parent, name));
        return missing;
      },
      'to print': (value: unknown, { line }: { line: number }): string => {
        if (value instanceof Secret) return reveal(value);
        if (value === missing) return '';
        const printed = printable(value);
        if (printed === undefined) tell(line, `${option.shown(value)} cannot be printed`);
        return printed ?? '';
      },
    };
    try {
      return compile(text)(vars, { helpers });
    } catch (error) {
      tell(...explained(error));
      return '';
    }
  });
  return problems.size === 0 ? { content } : { problems: [...problems] };
}

function isThere(parent: unknown, name: string): boolean {
  return parent !== null && parent !== undefined && Object.hasOwn(Object(parent) as object, name);
}

function absence(parent: unknown, name: string): string {
  const names = typeof parent === 'object' && parent !== null ? Object.keys(parent) : [];
  return `there is no ${option.quoted(name)} here${didYouMean(near(name, names))}`;
}

function printable(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  return ['number', 'bigint', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

/** Line and words of what Handlebars throws. */
function explained(error: unknown): [number | undefined, string] {
  const { message, lineNumber } = error as { readonly message: string; readonly lineNumber?: number };
  const [first = '', excerpt = ''] = message.split('\n');
  const [, line] = /^Parse error on line (\d+)/.exec(first) ?? [];
  if (line !== undefined) return [Number(line), `this cannot be read: ${option.quoted(excerpt.trim())}`];
  const [, helper] = /unknown helper (\S+)/.exec(first) ?? [];
  if (helper === undefined) return [lineNumber, first.replace(/ - \d+:\d+$/, '')];
  const names = ['if', 'unless', 'each', 'with', 'lookup'];
  return [lineNumber, `there is no helper ${option.quoted(helper)}; there are ${names.join(', ')}`];
}
