import type { ModuleDoc } from './module-doc.ts';
import { firstSentence, linksOf, tagged, withoutDash } from './read-comment.ts';
import { isAbsent, readOptions, variantsOf } from './read-options.ts';
import type { Exported, FunctionCall, ModuleCall, Property } from './shape.ts';

/** Where modules are found, for their users. */
export interface Origin {
  /** What an import of them says. */
  readonly from: string;
  /** The subject of a module by the file in which it is declared. */
  readonly group?: (file: string) => string | undefined;
}

/** The documentation of each module and each role among what a file exports. */
export function readModules(exports: readonly Exported[], { from, group }: Origin): readonly ModuleDoc[] {
  return exports.flatMap((exported) => {
    const call = exported.call();
    const { name, comment, file } = exported;
    // A function that nothing is said of is not meant for others.
    if (call === undefined || (call.kind === 'function' && comment.text === '')) return [];
    const subject = group?.(file);
    return [
      {
        name,
        ...(call.kind === 'module' ? moduleParts(name, call) : roleParts(name, call)),
        ...(subject !== undefined && { group: subject }),
        from,
        summary: firstSentence(comment.text),
        text: comment.text,
        ...some('remarks', tagged(comment, 'remarks')),
        ...some('returns', tagged(comment, 'returns')),
        ...some('throws', tagged(comment, 'throws')),
        examples: tagged(comment, 'example'),
        see: linksOf(comment),
      },
    ];
  });
}

type Parts = Pick<ModuleDoc, 'kind' | 'call' | 'options' | 'absent' | 'result'>;

function moduleParts(name: string, call: ModuleCall): Parts {
  const variants = variantsOf(call.options, isOwn);
  const gone = variants.length > 1 ? variants.filter(isAbsent) : [];
  const beside = [...new Set(gone.flatMap((variant) => [...variant.keys()]))].filter(
    (one) => one !== 'state',
  );
  const result = readOptions(variantsOf(call.result, isSaid));
  return {
    kind: 'module',
    call: `${name}(name, { … }${call.bare ? '?' : ''})`,
    options: readOptions(variants),
    ...(gone.length > 0 && { absent: beside }),
    ...(result.length > 0 && { result }),
  };
}

/** What a role takes is one object of options, or several things that have names. */
function roleParts(name: string, { parameters }: FunctionCall): Parts {
  const [only, ...others] = parameters;
  const variants = only !== undefined && others.length === 0 ? variantsOf(only.shape) : [];
  const named = parameters.map((one) => ({
    ...one,
    comment: { ...one.comment, text: withoutDash(one.comment.text) },
  }));
  const taken = parameters.map(
    ({ name, shape, optional }) => (shape.kind === 'object' ? '{ … }' : name) + (optional ? '?' : ''),
  );
  return {
    kind: 'role',
    call: `${name}(${taken.join(', ')})`,
    options:
      variants.length > 0
        ? readOptions(variants)
        : readOptions([new Map(named.map((one) => [one.name, one]))]),
  };
}

/** What every task can be given, as it is declared. */
export function readTaskOptions(exports: readonly Exported[]): ModuleDoc['options'] {
  const declared = exports.find(({ name }) => name === 'TaskOptions');
  return declared === undefined ? [] : readOptions(variantsOf(declared.declared()));
}

/** Is this an option of one module, and not of every task? */
function isOwn({ file }: Property): boolean {
  return !/\/steps\/task-options\.(?:d\.)?ts$/.test(file);
}

/** What every result has is not told again. */
function isSaid({ file }: Property): boolean {
  return !/\/steps\/module\.(?:d\.)?ts$/.test(file);
}

function some<Name extends string>(
  name: Name,
  texts: readonly string[],
): { readonly [K in Name]?: readonly string[] } {
  return texts.length === 0 ? {} : ({ [name]: texts } as { readonly [K in Name]: readonly string[] });
}
