import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { inventoryError } from '../../errors/inventory.ts';
import type { Place } from '../../errors/tsplay-error.ts';
import type { Draft } from '../draft.ts';
import { sealText } from '../../secrets/seal-text.ts';
import { exactJson } from '../../secrets/exact-json.ts';
import { nameProblem } from '../name.ts';
import type { Vars } from '../shape.ts';
import { hasTemplate, templateWarnings, unsafeMark } from './templates.ts';
import { addVariables } from './variables.ts';

/** Most processes of `--host` at once. */
const most = 8;

/**
 * Adds what a program prints that keeps to Ansible's contract: `--list` prints all groups as JSON, and, where there are
 * no variables under `_meta` in it, `--host NAME` those of one host.
 *
 * @see https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html#inventory-script-conventions
 */
export async function addScript(draft: Draft, file: string): Promise<void> {
  const script = new Script(draft, file);
  const { _meta: meta, ...groups } = await script.run('--list');
  const hosts = new Set<string>();
  for (const [name, group] of Object.entries(groups))
    for (const host of script.group(name, group)) hosts.add(host);
  const known =
    isMapping(meta) && 'hostvars' in meta ? script.mapping(meta['hostvars'], '_meta.hostvars') : undefined;
  const waiting = [...hosts];
  const worker = async (): Promise<void> => {
    for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) {
      script.host(host, known === undefined ? await script.run('--host', host) : known[host]);
    }
  };
  await Promise.all(Array.from({ length: known === undefined ? most : 1 }, worker));
  script.warn();
}

class Script {
  readonly #draft: Draft;
  readonly #file: string;
  readonly #where: Place;
  readonly #templates: { readonly name: string; readonly where: undefined }[] = [];
  readonly #said = new Set<string>();

  constructor(draft: Draft, file: string) {
    this.#draft = draft;
    this.#file = file;
    this.#where = { file, line: 1, column: 1 };
  }

  /** Runs the program, and gives the mapping that it prints; none for a host of which it says nothing. */
  async run(...args: readonly string[]): Promise<Vars> {
    const call = [this.#file, ...args].join(' ');
    const child = spawn(this.#file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const failed = (problem: string, said: string) => {
      const error = said.trim() === '' ? problem : `${problem}. It said: ${said.trim().slice(-1000)}`;
      return inventoryError('inventory-script', { call, problem: error }, { where: this.#where });
    };
    const closed = once(child, 'close').catch((cause: unknown) => {
      throw failed(cause instanceof Error ? cause.message : String(cause), '');
    }) as Promise<[number | null, string | null]>;
    const [[code, signal], stdout, stderr] = await Promise.all([
      closed,
      text(child.stdout),
      text(child.stderr),
    ]);
    if (code !== 0)
      throw failed(code === null ? `was ended by ${signal}` : `ended with status ${code}`, stderr);
    const [first] = stderr.trim().split('\n');
    if (first !== undefined && first !== '') this.#said.add(first);
    if (stdout.trim() === '' && args[0] === '--host') return {};
    let data: unknown;
    try {
      data = exactJson(stdout);
    } catch {
      // What it says of it has a part of what was printed, which may be secret.
      throw failed('does not print JSON', stderr);
    }
    if (!isMapping(data)) throw failed('does not print a mapping of names', stderr);
    return data;
  }

  mapping(value: unknown, path: string): Vars {
    if (isMapping(value)) return value;
    this.#problem(path, 'must be a mapping');
    return {};
  }

  /** Adds a group; gives the hosts that it names. */
  group(name: string, data: unknown): readonly string[] {
    if (!this.#isName(name)) return [];
    const group = this.#draft.group(name, () => this.#where);
    const { hosts = [], children = [], vars = {} } = partsOf(name, data);
    const named = this.#names(`${name}.hosts`, hosts);
    for (const host of named) {
      this.#draft.host(host, () => this.#where);
      group.hosts.add(host);
    }
    for (const child of this.#names(`${name}.children`, children)) {
      this.#draft.group(child, () => this.#where);
      group.children.add(child);
    }
    const given = this.#vars(vars, `${name}.vars`);
    addVariables(this.#draft, { group: name, draft: group }, given, () => this.#where);
    return named;
  }

  host(name: string, data: unknown): void {
    const host = this.#draft.host(name, () => this.#where);
    addVariables(this.#draft, { host }, this.#vars(data ?? {}, name), () => this.#where);
  }

  /** Warns of templates, and of what the program said beside what it printed. */
  warn(): void {
    const where = this.#where;
    for (const warning of templateWarnings(this.#templates)) this.#draft.warnings.push({ ...warning, where });
    for (const line of this.#said)
      this.#draft.warnings.push({ message: `${this.#file} says: ${line}`, where });
  }

  #vars(given: unknown, path: string): Vars {
    const vars = Object.entries(this.mapping(given, path));
    for (const [name, value] of vars) {
      if (hasTemplate(value)) this.#templates.push({ name, where: undefined });
    }
    return Object.fromEntries(vars.map(([name, value]) => [name, this.#plain(value)]));
  }

  /** A value without the marks of Ansible: mappings with one key, around what is no template and what is encrypted. */
  #plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#plain(one));
    if (!isMapping(value)) return value;
    const vaulted = value['__ansible_vault'];
    if (typeof vaulted === 'string') return sealText(vaulted, 'vault', this.#where);
    if (unsafeMark in value) return value[unsafeMark];
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#plain(one)]));
  }

  #names(path: string, list: unknown): readonly string[] {
    if (!Array.isArray(list)) {
      this.#problem(path, 'must be a list of names');
      return [];
    }
    return list.filter((one): one is string => this.#isName(one));
  }

  #isName(one: unknown): one is string {
    const problem = typeof one === 'string' ? nameProblem(one) : 'must be text';
    if (problem === undefined) return true;
    this.#problem(typeof one === 'string' ? one : JSON.stringify(one), problem);
    return false;
  }

  #problem(path: string, problem: string): void {
    this.#draft.problems.push(inventoryError('inventory-invalid', { path, problem }, { where: this.#where }));
  }
}

/** A group is a mapping, the list of its hosts, or, in short, the variables of a host of the same name. */
function partsOf(name: string, data: unknown): Readonly<Record<string, unknown>> {
  if (!isMapping(data)) return { hosts: data };
  const isLong = ['hosts', 'vars', 'children'].some((key) => key in data);
  return isLong ? data : { hosts: [name], vars: data };
}

function isMapping(value: unknown): value is Vars {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
