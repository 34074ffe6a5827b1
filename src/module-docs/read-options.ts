import type { OptionDoc } from './module-doc.ts';
import { linksOf, tagged } from './read-comment.ts';
import type { Property, Shape } from './shape.ts';
import { partsOf, typeText, wordsOf } from './type-text.ts';

/** The options of one alternative of an object: those that can be given there, by name. */
type Variant = ReadonlyMap<string, Property>;

/** The options of an object, or of each of several that can stand in one place. */
export function readOptions(
  variants: readonly Variant[],
  within: readonly number[] = [],
): readonly OptionDoc[] {
  const present = withoutAbsent(variants);
  const all = [...variants].sort((a, b) => b.size - a.size);
  const names = [...new Set(all.flatMap((variant) => [...variant.keys()]))];
  const docs = names.map((name) => optionDoc(name, all, present, within));
  return [
    ...docs.filter(({ required }) => required === 'always'),
    ...docs.filter(({ required }) => required !== 'always'),
  ];
}

/** The alternatives of a type that are objects. */
export function variantsOf(
  shape: Shape,
  isOption: (property: Property) => boolean = () => true,
): readonly Variant[] {
  return partsOf(shape).flatMap((part) =>
    part.kind === 'object'
      ? [
          new Map(
            part
              .properties()
              .filter((one) => isOption(one) && partsOf(one.shape).length > 0)
              .map((one) => [one.name, one] as const),
          ),
        ]
      : [],
  );
}

/** What can be given where something is to be, and not where it is to go. */
export function withoutAbsent(variants: readonly Variant[]): readonly Variant[] {
  const present = variants.filter((variant) => !isAbsent(variant));
  return present.length === 0 ? variants : present;
}

/** Is this the alternative in which something is to go? */
export function isAbsent(variant: Variant): boolean {
  const state = variant.get('state');
  return state !== undefined && typeText(state.shape) === "'absent'";
}

function optionDoc(
  name: string,
  all: readonly Variant[],
  present: readonly Variant[],
  within: readonly number[],
): OptionDoc {
  const found = all.flatMap((variant) => variant.get(name) ?? []);
  const shape: Shape = { kind: 'union', parts: found.map((one) => one.shape) };
  const comments = found.map((one) => one.comment);
  const [defaultValue] = comments.flatMap((comment) => tagged(comment, 'defaultValue'));
  const examples = unique(comments.flatMap((comment) => tagged(comment, 'example')));
  const see = unique(comments.flatMap(linksOf));
  const options = nested(shape, within);
  return {
    name,
    type: typeText(shape),
    text: textOf(
      found,
      new Set(found.filter((one) => present.every((variant) => variant.get(name) !== one))),
    ),
    ...placeOf(name, present),
    ...(defaultValue !== undefined && { defaultValue }),
    ...(examples.length > 0 && { examples }),
    ...(see.length > 0 && { see }),
    ...(options.length > 0 && { options }),
  };
}

/** What is said of an option; where alternatives say different things of it, of which value, or of what is to `go`. */
function textOf(found: readonly Property[], going: ReadonlySet<Property>): string {
  const texts = unique(found.map(({ comment }) => comment.text));
  const types = unique(found.map(({ shape }) => typeText(shape)));
  const said = texts.filter((text) => text !== '');
  if (texts.length === 1) return said.join('\n\n');
  if (types.length === 1) {
    const here = new Set(found.filter((one) => !going.has(one)).map(({ comment }) => comment.text));
    return [
      ...said.filter((text) => here.has(text)),
      ...said.filter((text) => !here.has(text)).map((text) => `With \`state: 'absent'\`: ${text}`),
    ].join('\n\n');
  }
  return said
    .map((text) => {
      const parts = found.filter(({ comment }) => comment.text === text).map(({ shape }) => shape);
      return `\`${typeText({ kind: 'union', parts })}\`: ${text}`;
    })
    .join('\n\n');
}

/** Where an option can be given, and where it has to be. */
function placeOf(
  name: string,
  present: readonly Variant[],
): Pick<OptionDoc, 'required' | 'unless' | 'only' | 'together' | 'excludes'> {
  const having = present.filter((variant) => variant.has(name));
  const needed = having.length > 0 && having.every((variant) => variant.get(name)?.optional === false);
  if (having.length === present.length) return { required: needed ? 'always' : 'never' };
  if (having.length === 0) return { required: 'never', only: ["state: 'absent'"] };
  const only = restrictions(name, having, present);
  // Those that the value of another option keeps apart are told by that.
  const reachable = present.filter((variant) => only.every(({ holds }) => holds(variant)));
  const others = [...new Set(reachable.flatMap((variant) => [...variant.keys()]))].filter(
    (other) => other !== name,
  );
  const excludes = others.filter((other) => !having.some((variant) => variant.has(other)));
  const together = others.filter(
    (other) =>
      reachable.length > having.length &&
      having.every((variant) => variant.get(other)?.optional === false) &&
      !reachable.every((variant) => variant.get(other)?.optional === false),
  );
  const lacking = reachable.filter((variant) => !variant.has(name));
  const instead = lacking.map((variant) =>
    others.find((other) => excludes.includes(other) && variant.get(other)?.optional === false),
  );
  const unless = needed && instead.every((other) => other !== undefined) ? unique(instead.map(String)) : [];
  return {
    required: needed && (lacking.length === 0 || unless.length > 0) ? 'there' : 'never',
    ...(unless.length > 0 && { unless }),
    ...(only.length > 0 && { only: only.map(({ text }) => text) }),
    ...(together.length > 0 && { together }),
    ...(excludes.length > 0 && { excludes }),
  };
}

interface Restriction {
  readonly text: string;
  readonly holds: (variant: Variant) => boolean;
}

/** The other options whose value says whether this one can be given. */
function restrictions(
  name: string,
  having: readonly Variant[],
  present: readonly Variant[],
): readonly Restriction[] {
  const names = [...new Set(present.flatMap((variant) => [...variant.keys()]))];
  return names.flatMap((other) => {
    if (other === name || !present.every((variant) => isLiteral(variant.get(other)))) return [];
    const words = valuesOf(other, having);
    if (words.length >= valuesOf(other, present).length) return [];
    const holds = (variant: Variant): boolean =>
      valuesOf(other, [variant]).some((word) => words.includes(word));
    return [{ text: `${other}: ${words.join(' | ')}`, holds }];
  });
}

function isLiteral(property: Property | undefined): boolean {
  return property !== undefined && partsOf(property.shape).every((part) => part.kind === 'literal');
}

function valuesOf(name: string, variants: readonly Variant[]): readonly string[] {
  return unique(
    variants.flatMap((variant) => {
      const property = variant.get(name);
      return property === undefined ? [] : wordsOf(property.shape);
    }),
  );
}

/** The options of the objects in a type. */
function nested(shape: Shape, within: readonly number[]): readonly OptionDoc[] {
  const objects = objectsIn(shape).filter(({ id }) => !within.includes(id));
  const ids = [...within, ...objects.map(({ id }) => id)];
  return objects.length === 0 ? [] : readOptions(variantsOf({ kind: 'union', parts: objects }), ids);
}

function objectsIn(shape: Shape): readonly Extract<Shape, { readonly kind: 'object' }>[] {
  return partsOf(shape).flatMap((part) =>
    part.kind === 'object'
      ? [part]
      : part.kind === 'list' || part.kind === 'map'
        ? objectsIn(part.element)
        : [],
  );
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
