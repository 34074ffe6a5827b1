/** What is known of an option. */
export interface OptionDoc {
  readonly name: string;
  /** As one would write it in TypeScript, with the values of unions in full. */
  readonly type: string;
  /** What it is for, as Markdown; empty where nothing is said. */
  readonly text: string;
  /** It has to be given: always, or wherever it can be given at all. */
  readonly required: 'always' | 'there' | 'never';
  /** Options of which one has to be given where this one, which is required, is not. */
  readonly unless?: readonly string[];
  /** What leaving it out means, as Markdown. */
  readonly defaultValue?: string;
  /** It can be given only with these values of other options, such as `mode: '802.3ad'`. */
  readonly only?: readonly string[];
  /** Options that have to be given beside it. */
  readonly together?: readonly string[];
  /** Options that cannot be given beside it. */
  readonly excludes?: readonly string[];
  readonly examples?: readonly string[];
  readonly see?: readonly string[];
  /** The options of the object that it is, or of each object in it. */
  readonly options?: readonly OptionDoc[];
}

/** What is known of a module, or of a role, from its declarations. */
export interface ModuleDoc {
  readonly name: string;
  /** A role is a function that calls modules. */
  readonly kind: 'module' | 'role';
  /** How it is called, such as `bond(name, { … })`. */
  readonly call: string;
  /** The subject that it belongs to: the folder that it stands in. Undefined for modules of a project. */
  readonly group?: string;
  /** The file that exports it to users, or the package: what follows `from` in an import. */
  readonly from: string;
  /** Its first sentence. */
  readonly summary: string;
  /** All that is said of it, as Markdown, the summary included. */
  readonly text: string;
  readonly options: readonly OptionDoc[];
  /** The options that count beside `state: 'absent'`, where there is that. */
  readonly absent?: readonly string[];
  /** What `result()` has beside what every result has. */
  readonly result?: readonly OptionDoc[];
  readonly remarks?: readonly string[];
  readonly returns?: readonly string[];
  readonly throws?: readonly string[];
  readonly examples: readonly string[];
  readonly see: readonly string[];
}

/** The documentation of several modules. */
export interface ModuleDocs {
  readonly modules: readonly ModuleDoc[];
  /** What every task can be given beside the options of its module. */
  readonly taskOptions: readonly OptionDoc[];
}
