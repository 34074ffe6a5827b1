import type { LocalFile } from '../content.ts';
import { optionalText } from '../runtime.ts';
import { quote } from '../sh.ts';

/** The part of a program that runs as one user, while it is made. */
export interface Part {
  readonly lines: string[];
  readonly calls: string[];
  readonly secrets: Map<string, string>;
  /** Queries of this part by name, each made once, with what is asked of them. */
  readonly queries: Map<string, { readonly text: string; readonly items: Set<string> }>;
  /** Functions that steps share, by the name of their library. */
  readonly libraries: Map<string, string>;
  /** Files below /proc/sys that steps read. */
  readonly parameters: Set<string>;
  /** Files whose content is known here: they are read at once, and so are mode and owner if a step says something of them. */
  readonly files: { readonly paths: Set<string>; owned: boolean };
  /** Tasks that take the host down. */
  readonly reboots: number[];
  /** Of all parts. */
  readonly bodies: Map<number, LocalFile>;
  readonly fetches: Map<number, string>;
  /** Shared values that a task of this program needs. */
  readonly needed: ReadonlySet<string>;
  /** Paths that tasks of the play declare. */
  readonly declared: readonly string[];
}

/** An empty part, with what it has in common with the others of its program. */
export function newPart(common: Pick<Part, 'bodies' | 'fetches' | 'needed' | 'declared'>): Part {
  return {
    ...common,
    lines: [],
    calls: [],
    secrets: new Map(),
    queries: new Map(),
    libraries: new Map(),
    parameters: new Set(),
    files: { paths: new Set(), owned: false },
    reboots: [],
  };
}

/** The text of a part. */
export function assemble({ lines, calls, parameters, queries, files, libraries, reboots }: Part): string {
  const read = [
    ...(parameters.size > 1 ? [`TS_PARAMETERS=${quote([...parameters].join(' '))}`] : []),
    `TS_FILES=${quote([...files.paths].join('\n'))} TS_FILES_OWNED=${files.owned ? 1 : ''}`,
    ...(reboots.length > 0 ? [`TS_REBOOTS="$TS_REBOOTS ${reboots.join(' ')}"`] : []),
  ];
  const asked = [...queries].flatMap(([name, { text, items }]) => [
    `q_${name}() {`,
    ...(items.size === 0 ? [] : [['set --', ...[...items].map(quote)].join(' ')]),
    text,
    '}',
  ]);
  const all = (calls.length > 0 ? calls : [':']).map(indented);
  const body = [...read, ...libraries.values(), ...asked, ...lines, '', 'ts_tasks() {', ...all, '}', ''].join(
    '\n',
  );
  return optionalText(body) + body;
}

// Only where a call begins: its further lines are parts of values.
export function indented(call: string): string {
  return `  ${call}`;
}

// A comment ends at the line: what a name brings must not begin a new one.
export function comment(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}
