/* oxlint-disable typescript/no-redundant-type-constituents, typescript/no-duplicate-type-constituents -- what is
   nothing here is something where there are declarations */
declare global {
  /** Inventories that `tsplay types` has written declarations for, by their paths. */
  // oxlint-disable-next-line typescript/no-empty-object-type, typescript/no-empty-interface -- the declarations add to it
  interface TsplayInventories {}
}

/** What declarations say of one inventory. */
interface DeclaredInventory {
  readonly hosts: string;
  /** The type of each variable, over all hosts that have it. */
  readonly vars: object;
  /** The names of the variables that every host of a group has, and of those that only some have. */
  readonly groups: Readonly<Record<string, { readonly every: PropertyKey; readonly some: PropertyKey }>>;
}

type Declared = TsplayInventories[keyof TsplayInventories];

/** Is there no inventory with declarations? Then every name may be right. */
type IsUndeclared = [keyof TsplayInventories] extends [never] ? true : false;

/** The name of a group. */
export type GroupName = IsUndeclared extends true ? string : GroupsOf<Declared>;
type GroupsOf<I> = I extends DeclaredInventory ? keyof I['groups'] & string : never;
type HostsOf<I> = I extends DeclaredInventory ? I['hosts'] : never;
type KnownName = GroupsOf<Declared> | HostsOf<Declared>;

/** A pattern: names, which editors complete, and all that can be made of them. */
export type Pattern = IsUndeclared extends true ? string : KnownName | (string & {});

/**
 * A pattern in which no name is unknown. Editors complete names by its second part, which is written so that nothing is
 * inferred from it. Messages show the unknown names as the second argument.
 */
export type KnownPattern<P extends string, Unknown> =
  | (P & ([Unknown] extends [never] ? unknown : { readonly noSuchHostOrGroup: Unknown }))
  | (P extends string ? (IsUndeclared extends true ? never : KnownName) : never);

/** Names in a pattern that are those of no host or group. */
export type UnknownNames<P extends string> = IsUndeclared extends true
  ? never
  : string extends P
    ? never
    : UnknownIn<P>;

type UnknownIn<P extends string> = P extends `${infer A},${infer B}`
  ? UnknownIn<A> | UnknownIn<B>
  : UnknownBetweenColons<Unmarked<P>>;
/** An IPv6 address has colons, too. */
type UnknownBetweenColons<P extends string> = P extends KnownName | '' | `${string}${Special}${string}`
  ? never
  : P extends `${infer A}:${infer B}`
    ? UnknownBetweenColons<Unmarked<A>> | UnknownBetweenColons<Unmarked<B>>
    : P;
type Unmarked<P extends string> = P extends `${' ' | '&' | '!'}${infer Rest}`
  ? Unmarked<Rest>
  : P extends `${infer Rest} `
    ? Unmarked<Rest>
    : P;
/** What globs, ranges, regular expressions and names of files have. They are looked at when a playbook is run. */
type Special = '*' | '?' | '[' | ']' | '~' | '@' | '(' | ')' | '{' | '}' | '|';

/** The variables of the hosts that a pattern names: those of a group or a host, or else those of all hosts. */
export type VarsOf<P extends string> = IsUndeclared extends true
  ? Readonly<Record<string, unknown>>
  : P extends KnownName
    ? VarsIn<keyof TsplayInventories, P>
    : VarsIn<keyof TsplayInventories, 'all'>;

/** Of an inventory that has no such name, none. It is named by its key, so that messages do not show all of it. */
type VarsIn<
  Inventory extends keyof TsplayInventories,
  Name extends string,
> = Inventory extends keyof TsplayInventories
  ? TsplayInventories[Inventory] extends infer I extends DeclaredInventory
    ? Name extends keyof I['groups']
      ? VarsOfGroup<I['vars'], I['groups'][Name]>
      : Name extends I['hosts']
        ? VarsOfGroup<I['vars'], I['groups']['all']>
        : never
    : never
  : never;

type VarsOfGroup<V, Group> = Group extends { readonly every: infer Every; readonly some: infer Some }
  ? { readonly [Name in keyof V as Name extends Every ? Name : never]: V[Name] } & {
      readonly [Name in keyof V as Name extends Some ? Name : never]?: V[Name] | undefined;
    }
  : never;
