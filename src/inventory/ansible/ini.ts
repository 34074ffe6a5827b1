import { inventoryError } from '../../errors/inventory.ts';
import { didYouMean, near } from '../../errors/near.ts';
import type { Place } from '../../errors/tsplay-error.ts';
import type { Draft } from '../draft.ts';
import type { Locate } from '../inventory.ts';
import { nameProblem } from '../name.ts';
import { hostNames } from './host-names.ts';
import { iniValue } from './python-literal.ts';
import { isTemplate, templateWarnings } from './templates.ts';
import { addVariables } from './variables.ts';
import { splitWords, type Word } from './words.ts';

const sections = ['hosts', 'vars', 'children'] as const;

const heading = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;

/** One line of the file, without the blanks around it. */
interface Line {
  readonly number: number;
  readonly text: string;
  /** The column of its first character. */
  readonly column: number;
}

/** The section that lines belong to. */
interface Section {
  readonly group: string;
  readonly kind: (typeof sections)[number];
}

/** A variable of a line, and the column where its value stands. */
interface Assignment {
  readonly name: string;
  readonly text: string;
  readonly column: number;
}

/**
 * Adds an inventory in the INI of Ansible to a draft, or all that is wrong with it.
 *
 * @see https://docs.ansible.com/ansible/latest/collections/ansible/builtin/ini_inventory.html
 */
export function addIni(draft: Draft, text: string, file: string): void {
  new IniReader(draft, file).read(text);
}

class IniReader {
  readonly #draft: Draft;
  readonly #file: string;
  readonly #templates: { readonly name: string; readonly where: Place }[] = [];
  /** Groups that `[GROUP:vars]` gives variables to, and where; they have to be declared somewhere. */
  readonly #varsOf = new Map<string, Place>();
  /** Groups that are named as children before they are declared, with their parents. */
  readonly #awaited = new Map<string, { readonly parents: string[]; readonly where: Place }>();
  readonly #declared = new Set<string>();
  #section: Section | undefined = { group: 'ungrouped', kind: 'hosts' };

  constructor(draft: Draft, file: string) {
    this.#draft = draft;
    this.#file = file;
    for (const name of draft.groups.keys()) this.#declared.add(name);
  }

  read(content: string): void {
    for (const [index, raw] of content
      .replace(/^\uFEFF/, '')
      .split(/\r\n|\r|\n/)
      .entries()) {
      const text = raw.trim();
      const line = { number: index + 1, text, column: raw.length - raw.trimStart().length + 1 };
      if (text === '' || text.startsWith('#') || text.startsWith(';')) continue;
      if (heading.test(text) || /^\[.*\]$/.test(text)) this.#begin(line);
      else if (this.#section?.kind === 'hosts') this.#hosts(line, this.#section.group);
      else if (this.#section?.kind === 'vars') this.#variable(line, this.#section.group);
      else if (this.#section?.kind === 'children') this.#child(line, this.#section.group);
    }
    for (const [child, { parents, where }] of this.#awaited) {
      const known = didYouMean(near(child, this.#declared));
      this.#problem(where, `[${parents[0]}:children] names ${child}, which is no group${known}`);
    }
    for (const [group, where] of this.#varsOf) {
      if (this.#declared.has(group) || this.#awaited.has(group)) continue;
      const known = didYouMean(near(group, this.#declared));
      this.#problem(where, `[${group}:vars] is for a group that does not exist${known}`);
    }
    this.#draft.warnings.push(...templateWarnings(this.#templates));
  }

  #place({ number, column }: Line, offset = 0): Place {
    return { file: this.#file, line: number, column: column + offset };
  }

  #problem(where: Place, problem: string): void {
    this.#draft.problems.push(inventoryError('inventory-syntax', { problem }, { where }));
  }

  #begin(line: Line): void {
    const [, group = '', kind = 'hosts'] = heading.exec(line.text) ?? [];
    const place = this.#place(line);
    // What follows a heading that cannot be read belongs to nobody, and is not complained about.
    this.#section = undefined;
    if (group === '') {
      this.#problem(place, `${line.text} is no heading: [GROUP], [GROUP:vars] or [GROUP:children]`);
      return;
    }
    const known = sections.find((one) => one === kind);
    const problem = nameProblem(group);
    if (problem !== undefined) this.#problem(place, `${group} ${problem}`);
    else if (known === undefined) {
      const close = didYouMean(near(kind, sections));
      this.#problem(place, `[${group}:${kind}] has to be :vars or :children${close}`);
    } else {
      this.#section = { group, kind: known };
      if (known === 'vars') this.#varsOf.set(group, this.#varsOf.get(group) ?? place);
      else this.#declare(group, place);
      this.#draft.group(group, () => place);
    }
  }

  /** A group exists from here on; it becomes a child of those who have named it. */
  #declare(group: string, place: Place): void {
    this.#declared.add(group);
    this.#draft.group(group, () => place);
    for (const parent of this.#awaited.get(group)?.parents ?? []) {
      this.#draft.groups.get(parent)?.children.add(group);
    }
    this.#awaited.delete(group);
  }

  #hosts(line: Line, group: string): void {
    const words = splitWords(line.text);
    if (typeof words === 'string') return this.#problem(this.#place(line), words);
    const [first, ...rest] = words;
    if (first === undefined) return;
    const assignments = rest.flatMap((word) => this.#assignment(line, word) ?? []);
    const { names, port, problem } = hostNames(first.text);
    const where = this.#place(line);
    const bad =
      problem ??
      names
        .map((name) => [name, nameProblem(name)])
        .find(([, why]) => why !== undefined)
        ?.join(' ');
    if (bad !== undefined) return this.#problem(where, bad);
    const { vars, locate } = this.#layer(line, assignments);
    for (const name of names ?? []) {
      const isNew = !this.#draft.hosts.has(name);
      const host = this.#draft.host(name, () => where);
      this.#draft.groups.get(group)?.hosts.add(name);
      // That of a host which is known already is passed over, as Ansible does.
      const withPort = port !== undefined && isNew ? { ansible_port: port, ...vars } : vars;
      addVariables(this.#draft, { host }, withPort, locate);
    }
  }

  #assignment(line: Line, { text, column }: Word): Assignment | undefined {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name !== '') return { name, text: value, column: column + name.length + 1 };
    const hint = text.startsWith('=') || text === '' ? ' without blanks around the sign' : '';
    this.#problem(this.#place(line, column - 1), `${text} is no variable: NAME=VALUE${hint}`);
    return undefined;
  }

  #variable(line: Line, group: string): void {
    const [, before = '', text = ''] = /^([^=]*=\s*)(.*)$/s.exec(line.text) ?? [];
    const name = before.replace(/=\s*$/, '').trim();
    if (name === '') return this.#problem(this.#place(line), `${line.text} is no variable: NAME = VALUE`);
    const { vars, locate } = this.#layer(line, [{ name, text, column: before.length + 1 }]);
    const draft = this.#draft.groups.get(group);
    if (draft !== undefined) addVariables(this.#draft, { group, draft }, vars, locate);
  }

  #layer(
    line: Line,
    assignments: readonly Assignment[],
  ): { readonly vars: Readonly<Record<string, unknown>>; readonly locate: Locate } {
    const places = new Map<string, Place>();
    for (const { name, text, column } of assignments) {
      const where = this.#place(line, column - 1);
      places.set(name, where);
      if (isTemplate(text)) this.#templates.push({ name, where });
    }
    return {
      vars: Object.fromEntries(assignments.map(({ name, text }) => [name, iniValue(text)])),
      locate: ([name = '']) => places.get(name) ?? this.#place(line),
    };
  }

  #child(line: Line, parent: string): void {
    const [, child] = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line.text) ?? [];
    const where = this.#place(line);
    if (child === undefined) return this.#problem(where, `${line.text} is no name of a group`);
    if (this.#declared.has(child)) this.#draft.groups.get(parent)?.children.add(child);
    else {
      const awaited = this.#awaited.get(child) ?? { parents: [], where };
      awaited.parents.push(parent);
      this.#awaited.set(child, awaited);
    }
  }
}
