import {
  API,
  ElementFlags,
  SignatureKind,
  SymbolFlags,
  TypeFlags,
  type Checker,
  type Project,
  type Symbol as Declared,
  type Type,
} from 'typescript/unstable/sync';
import { isParameterDeclaration, isTypeAliasDeclaration, isUnionTypeNode } from 'typescript/unstable/ast/is';
import { compilerPath } from '../playbook/load/compiler.ts';
import type { Comment, Exported, FunctionCall, ModuleCall, Property, Shape } from './shape.ts';

// The only file that knows the interface of the compiler, which is not a stable one yet.

/** What is looked at: one file, and the configuration that it is looked at with. */
export interface Question {
  readonly file: string;
  /** Its text, where there is no such file. */
  readonly text?: string;
  readonly config: object;
  /** What is declared in such a file is named and not looked into. */
  readonly opaque: (file: string) => boolean;
}

/** What a file exports. */
export interface Answer {
  readonly exports: readonly Exported[];
  /** What is wrong with the file itself, and where in its text. */
  readonly problems: readonly { readonly code: number; readonly text: string; readonly at: number }[];
}

/** Looks at what a file exports, and gives what `use` makes of it: types are known only meanwhile. */
export function withExports<T>({ file, text, config, opaque }: Question, use: (answer: Answer) => T): T {
  const configFile = `${file}.tsplay-doc.json`;
  const made = new Map([
    [configFile, JSON.stringify(config)],
    ...(text === undefined ? [] : ([[file, text]] as const)),
  ]);
  const api = new API({
    cwd: process.cwd(),
    tsserverPath: compilerPath(),
    fs: { readFile: (name) => made.get(name), fileExists: (name) => (made.has(name) ? true : undefined) },
  });
  try {
    const [project] = api.updateSnapshot({ openProjects: [configFile] }).getProjects();
    const source = project?.program.getSourceFile(file);
    if (project === undefined || source === undefined) return use({ exports: [], problems: [] });
    const symbol = project.checker.getSymbolAtLocation(source);
    const exports = symbol === undefined ? [] : project.checker.getExportsOfModule(symbol);
    const problems = project.program.getSemanticDiagnostics(file);
    const reader = new Reader(project, opaque);
    return use({
      exports: exports.map((one) => reader.exported(one)),
      problems: problems.map((one) => ({ code: one.code, text: one.text, at: one.pos })),
    });
  } finally {
    end(api);
  }
}

/** Ends the compiler's process. Where it is asked to end, it writes a line about that now and then. */
function end(api: API): void {
  interface Inside {
    readonly client?: {
      readonly channel?: { readonly child?: { kill(signal: string): void } };
      close(): void;
    };
  }
  const { client } = api as unknown as Inside;
  if (client?.channel?.child === undefined) {
    api.close();
    return;
  }
  client.channel.child.kill('SIGKILL');
  client.close();
}

/** Makes what the compiler knows into what documentation needs. */
class Reader {
  readonly #checker: Checker;
  readonly #project: Project;
  readonly #opaque: (file: string) => boolean;
  /** Types that are being looked into, by their numbers. */
  readonly #within = new Set<number>();

  constructor(project: Project, opaque: (file: string) => boolean) {
    this.#project = project;
    this.#checker = project.checker;
    this.#opaque = opaque;
  }

  exported(alias: Declared): Exported {
    const symbol = (alias.flags & SymbolFlags.Alias) === 0 ? alias : this.#checker.getAliasedSymbol(alias);
    return {
      name: alias.name,
      file: this.#fileOf(symbol),
      comment: this.#comment(symbol),
      call: () => this.#call(symbol),
      declared: () => this.#object(this.#checker.getDeclaredTypeOfSymbol(symbol)),
    };
  }

  #fileOf(symbol: Declared): string {
    const [first] = symbol.declarations;
    // The path of a declaration is in small letters where files are not told apart by them.
    return first?.resolve(this.#project)?.getSourceFile().fileName ?? first?.path ?? '';
  }

  #comment(symbol: Declared): Comment {
    const tags = this.#checker.getJsDocTagsOfSymbol(symbol);
    return {
      text: written(this.#checker.getDocumentationCommentOfSymbol(symbol)),
      tags: tags.map(({ name, text = '' }) => ({ name, text: written(text) })),
    };
  }

  #call(symbol: Declared): ModuleCall | FunctionCall | undefined {
    const checker = this.#checker;
    const type = (symbol.flags & SymbolFlags.Value) === 0 ? undefined : checker.getTypeOfSymbol(symbol);
    const [call] = type === undefined ? [] : checker.getSignaturesOfType(type, SignatureKind.Call);
    if (call === undefined) return undefined;
    const parameters = call.getParameters();
    return (
      this.#module(parameters[1], checker.getReturnTypeOfSignature(call)) ?? {
        kind: 'function',
        parameters: parameters.flatMap((one) => this.#parameter(one)),
      }
    );
  }

  /** A module takes a name and its options, as a tuple since they may be left out, and gives a handle. */
  #module(rest: Declared | undefined, given: Type | undefined): ModuleCall | undefined {
    const checker = this.#checker;
    // One that has to see a file first gives a promise of the handle.
    const isPromise = given?.isTypeReference() === true && given.getSymbol()?.name === 'Promise';
    const handle = isPromise ? checker.getTypeArguments(given)[0] : given;
    const tuple = rest && checker.getTypeOfSymbol(rest);
    if (handle?.getSymbol()?.name !== 'Handle' || !handle.isTypeReference()) return undefined;
    if (tuple === undefined || !tuple.isTypeReference()) return undefined;
    const target = tuple.getTarget();
    const [options] = checker.getTypeArguments(tuple);
    const [result] = checker.getTypeArguments(handle);
    if (options === undefined || result === undefined || !target.isTupleType()) return undefined;
    return {
      kind: 'module',
      options: this.#shape(options),
      bare: ((target.elementFlags[0] ?? 0) & ElementFlags.Optional) !== 0,
      result: this.#shape(result),
    };
  }

  #parameter(symbol: Declared): readonly Property[] {
    const node = symbol.valueDeclaration?.resolve(this.#project);
    const optional =
      node !== undefined &&
      isParameterDeclaration(node) &&
      (node.questionToken !== undefined || node.initializer !== undefined);
    return this.#property(symbol).map((property) => ({
      ...property,
      optional,
      // One that is taken apart at once has no name that a person has given, but that of its type.
      name: /^(?!__)\w+$/.test(property.name) ? property.name : nameAfter(property.shape),
    }));
  }

  /** What a type is made of. One that is part of itself, such as that of JSON, goes by its name there. */
  #shape(type: Type): Shape {
    if (this.#within.has(type.id)) return this.#other(type);
    this.#within.add(type.id);
    const shape = this.#shapeOf(type);
    this.#within.delete(type.id);
    return shape;
  }

  #shapeOf(type: Type): Shape {
    if (type.isLiteralType()) return { kind: 'literal', text: literalText(type.value) };
    if (type.isUnionType()) return { kind: 'union', parts: type.getTypes().map((one) => this.#shape(one)) };
    const nothing = (type.flags & (TypeFlags.Never | TypeFlags.Undefined)) !== 0;
    if (nothing || !(type.isObjectType() || type.isIntersectionType())) return this.#other(type, nothing);
    if (this.#checker.isArrayType(type) && type.isTypeReference()) {
      const [element] = this.#checker.getTypeArguments(type);
      return element === undefined ? this.#other(type) : { kind: 'list', element: this.#shape(element) };
    }
    const [index] = this.#checker.getIndexInfosOfType(type);
    if (index !== undefined && !this.#checker.isTupleType(type))
      return { kind: 'map', element: this.#shape(index.valueType) };
    return this.#isOpaque(type) ? this.#other(type) : this.#object(type);
  }

  #object(type: Type): Shape {
    return {
      kind: 'object',
      name: this.#nameOf(type),
      id: type.id,
      properties: () => this.#checker.getPropertiesOfType(type).flatMap((one) => this.#property(one)),
    };
  }

  #isOpaque(type: Type): boolean {
    if (this.#checker.isTupleType(type)) return true;
    if (this.#checker.getSignaturesOfType(type, SignatureKind.Call).length > 0) return true;
    const symbol = this.#symbolOf(type);
    if (symbol === undefined || this.#isWorkedOut(symbol)) return false;
    return (symbol.flags & SymbolFlags.Class) !== 0 || this.#opaque(this.#fileOf(symbol));
  }

  /** Its own name, or that of the union which it is one of the objects of. */
  #nameOf(type: Type): string | undefined {
    const symbol = this.#symbolOf(type);
    if (symbol === undefined || this.#isWorkedOut(symbol)) return undefined;
    if (!symbol.name.startsWith('__')) return symbol.name;
    const node = symbol.declarations[0]?.resolve(this.#project);
    const union = node?.parent;
    const alias = union !== undefined && isUnionTypeNode(union) ? union.parent : undefined;
    return alias !== undefined && isTypeAliasDeclaration(alias) ? alias.name.text : undefined;
  }

  #symbolOf(type: Type): Declared | undefined {
    return type.getAliasSymbol() ?? type.getSymbol();
  }

  /** An alias of a library that makes one type of another, such as `Pick` or what schemas infer: it names neither. */
  #isWorkedOut(symbol: Declared): boolean {
    const isAlias = (symbol.flags & SymbolFlags.TypeAlias) !== 0 || symbol.name.startsWith('__');
    return isAlias && /\/lib\.[\w.]+\.d\.ts$|\/node_modules\/valibot\//.test(this.#fileOf(symbol));
  }

  #property(symbol: Declared): readonly Property[] {
    const type = this.#checker.getTypeOfSymbol(symbol);
    if (type === undefined) return [];
    return [
      {
        name: symbol.name,
        optional: (symbol.flags & SymbolFlags.Optional) !== 0,
        comment: this.#comment(symbol),
        shape: this.#shape(type),
        file: this.#fileOf(symbol),
      },
    ];
  }

  #other(type: Type, nothing = false): Shape {
    // An object of a union has the name of that, and what is called or has parameters says more than a name.
    const isNameless = type.getAliasSymbol() === undefined && type.getSymbol()?.name === '__type';
    const isCalled = this.#checker.getSignaturesOfType(type, SignatureKind.Call).length > 0;
    const name = isNameless && !isCalled ? this.#nameOf(type) : undefined;
    return { kind: 'other', text: name ?? this.#text(type), nothing };
  }

  #text(type: Type): string {
    return this.#checker.typeToString(type, undefined, noTruncation).replaceAll(/\breadonly /g, '');
  }
}

function nameAfter(shape: Shape): string {
  const [first = '', ...rest] = (shape.kind === 'object' && shape.name) || 'options';
  return first.toLowerCase() + rest.join('');
}

const noTruncation = 1;

function literalText(value: string | number | boolean | bigint): string {
  return typeof value === 'string' ? `'${value.replaceAll(/['\\]/g, String.raw`\$&`)}'` : String(value);
}

/** What is meant: an end of a comment can only stand in one with a backslash in it. */
function written(text: string): string {
  return text.replaceAll('*\\/', '*/');
}
