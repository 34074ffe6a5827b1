/** What a declaration says in its comment. */
export interface Comment {
  readonly text: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

/** One property of an object. */
export interface Property {
  readonly name: string;
  readonly optional: boolean;
  readonly comment: Comment;
  readonly shape: Shape;
  /** The file in which it is declared. */
  readonly file: string;
}

/** A type as documentation needs it, which knows nothing of the compiler. */
export type Shape =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'union'; readonly parts: readonly Shape[] }
  | { readonly kind: 'list'; readonly element: Shape }
  | { readonly kind: 'map'; readonly element: Shape }
  | {
      readonly kind: 'object';
      /** Its name, where it has one that users can import. */
      readonly name: string | undefined;
      /** Tells it from others. */
      readonly id: number;
      /** In the order of their declarations. */
      properties(): readonly Property[];
    }
  /** What documentation does not look into, as TypeScript writes it. `nothing` is what no value can be given for. */
  | { readonly kind: 'other'; readonly text: string; readonly nothing: boolean };

/** A name that a file exports. */
export interface Exported {
  readonly name: string;
  /** The file in which it is declared. */
  readonly file: string;
  readonly comment: Comment;
  /** How it is called if it is a module, or another function. */
  call(): ModuleCall | FunctionCall | undefined;
  /** What it is if it is a type. */
  declared(): Shape;
}

/** How a module is called: with a name and options. */
export interface ModuleCall {
  readonly kind: 'module';
  readonly options: Shape;
  /** It can be called without any. */
  readonly bare: boolean;
  readonly result: Shape;
}

/** How another function is called. */
export interface FunctionCall {
  readonly kind: 'function';
  readonly parameters: readonly Property[];
}
