import type { ModuleDoc } from './module-doc.ts';
import { firstSentence, linksOf, tagged } from './read-comment.ts';
import { isAbsent, readOptions, variantsOf } from './read-options.ts';
import type { Exported, Property } from './shape.ts';

/** Where modules are found, for their users. */
export interface Origin {
  /** What an import of them says. */
  readonly from: string;
  /** The subject of a module by the file in which it is declared. */
  readonly group?: (file: string) => string | undefined;
}

/** The documentation of each module among what a file exports. */
export function readModules(exports: readonly Exported[], { from, group }: Origin): readonly ModuleDoc[] {
  return exports.flatMap((exported) => {
    const call = exported.module();
    if (call === undefined) return [];
    const variants = variantsOf(call.options, isOwn);
    const { comment, name, file } = exported;
    const subject = group?.(file);
    const gone = variants.length > 1 ? variants.filter(isAbsent) : [];
    const beside = [...new Set(gone.flatMap((variant) => [...variant.keys()]))].filter(
      (one) => one !== 'state',
    );
    const result = readOptions(variantsOf(call.result, isSaid));
    return [
      {
        name,
        ...(subject !== undefined && { group: subject }),
        from,
        summary: firstSentence(comment.text),
        text: comment.text,
        options: readOptions(variants),
        bare: call.bare,
        ...(gone.length > 0 && { absent: beside }),
        ...(result.length > 0 && { result }),
        ...some('remarks', tagged(comment, 'remarks')),
        ...some('throws', tagged(comment, 'throws')),
        examples: tagged(comment, 'example'),
        see: linksOf(comment),
      },
    ];
  });
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
function isSaid({ comment, file }: Property): boolean {
  return comment.text !== '' && !/\/steps\/module\.(?:d\.)?ts$/.test(file);
}

function some<Name extends string>(
  name: Name,
  texts: readonly string[],
): { readonly [K in Name]?: readonly string[] } {
  return texts.length === 0 ? {} : ({ [name]: texts } as { readonly [K in Name]: readonly string[] });
}
