import { createRequire } from 'node:module';
import type HandlebarsLibrary from 'handlebars';
import { helperNames } from './template-helpers.ts';

type Handlebars = typeof HandlebarsLibrary;

/** Where the compiler is, in which file; `lenient` where a name need not be there. */
export interface Location {
  readonly start: { readonly line: number };
  readonly source?: string;
  lenient?: boolean;
}

/** What helpers of ours are told of the place that calls them. */
export interface Place {
  readonly line: number;
  readonly file: string;
  readonly lenient?: boolean;
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

let loaded: Handlebars | undefined;

/** Handlebars with a compiler that looks up and prints through helpers of ours. Loaded only where a template is. */
export function handlebars(): Handlebars {
  if (loaded !== undefined) return loaded;
  const library = (createRequire(import.meta.url)('handlebars') as Handlebars).create() as Handlebars & {
    JavaScriptCompiler: { prototype: CodeMaker };
  };
  library.unregisterHelper('log');
  const { JavaScriptCompiler: Base } = library;
  function Compiler(): void {}
  const through = (self: CodeMaker, helper: string, ...args: readonly unknown[]): readonly unknown[] => {
    const { start, source: file, lenient } = self.source.currentLocation;
    return [`helpers["${helper}"](`, ...args, `,${JSON.stringify({ line: start.line, file, lenient })})`];
  };
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

/** A part of a parsed template, as far as it is looked at here. */
export interface Node {
  readonly type: string;
  readonly loc: Location;
  readonly path?: Node;
  readonly name?: Node;
  readonly params?: readonly Node[];
  readonly hash?: { readonly pairs: readonly unknown[] };
  readonly parts?: readonly string[];
  readonly data?: boolean;
  readonly program?: Node;
  readonly blockParams?: readonly string[];
  original?: string;
}

/**
 * Goes through a parsed template. A name without arguments is a name, even if a helper has it too; what `default` is about
 * need not be there. Gives the partials that are named, each with its line.
 */
export function prepared(template: Node): readonly { readonly name: string; readonly line: number }[] {
  const partials: { name: string; line: number }[] = [];
  const own = new Set<string>();
  const walk = (part: unknown, names: readonly string[]): void => {
    if (Array.isArray(part)) {
      for (const one of part) walk(one, names);
      return;
    }
    if (typeof part !== 'object' || part === null) return;
    const node = part as Node;
    const { type, path, params = [], hash, name } = node;
    if (path?.type === 'PathExpression' && path.parts?.length === 1 && path.data !== true) {
      const [called = ''] = path.parts;
      const bare = params.length === 0 && (hash?.pairs.length ?? 0) === 0 && type !== 'SubExpression';
      if (bare && helperNames.includes(called) && !names.includes(called) && path.original === called)
        path.original = `this.${called}`;
      if (!bare && called === 'default' && params[0]?.type === 'PathExpression') params[0].loc.lenient = true;
    }
    // {{#*inline "name"}} makes one, {{#> name}}…{{/name}} says what stands there where there is none.
    if (type === 'DecoratorBlock')
      own.add(String(params[0]?.original ?? (params[0] as { value?: unknown })?.value));
    if (type === 'PartialStatement' && name?.type === 'PathExpression' && name.data !== true)
      partials.push({ name: name.original ?? '', line: node.loc.start.line });
    for (const [key, inner] of Object.entries(node)) {
      if (key === 'loc') continue;
      walk(inner, [...names, ...(key === 'program' ? ((inner as Node).blockParams ?? []) : [])]);
    }
  };
  walk(template, []);
  return partials.filter(({ name }) => !own.has(name) && name !== '@partial-block');
}
