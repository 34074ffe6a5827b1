import { inventoryError } from '../../errors/inventory.ts';
import { didYouMean, near } from '../../errors/near.ts';
import type { Draft } from '../draft.ts';
import { nameProblem } from '../name.ts';
import type { YamlSource } from '../yaml-source.ts';
import { hostNames } from './host-names.ts';
import { addVariables } from './variables.ts';
import { readAnsibleYaml } from './yaml-file.ts';

type Path = readonly string[];
type Mapping = Readonly<Record<string, unknown>>;

const sections = ['hosts', 'vars', 'children'];

/**
 * Adds an inventory in the YAML of Ansible to a draft, or all that is wrong with it: groups at its top, each with
 * hosts, vars and children.
 *
 * @see https://docs.ansible.com/ansible/latest/collections/ansible/builtin/yaml_inventory.html
 */
export async function addYaml(draft: Draft, text: string, file: string): Promise<void> {
  const source = await readAnsibleYaml(draft, text, file);
  if (source === undefined) return;
  const reader = new YamlReader(draft, source);
  const top = reader.mapping([], source.data, 'the inventory');
  if (top === undefined) return;
  if (typeof top['plugin'] === 'string') {
    const where = source.locate(['plugin']);
    draft.problems.push(inventoryError('inventory-plugin', { plugin: top['plugin'] }, { where }));
    return;
  }
  for (const [name, group] of Object.entries(top)) reader.group([name], name, group);
}

class YamlReader {
  readonly #draft: Draft;
  readonly #source: YamlSource;

  constructor(draft: Draft, source: YamlSource) {
    this.#draft = draft;
    this.#source = source;
  }

  /** A mapping, where it is one; nothing is an empty one. */
  mapping(path: Path, value: unknown, what = path.join('.')): Mapping | undefined {
    if (value === null || value === undefined) return {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Mapping;
    const found = Array.isArray(value) ? 'a list' : JSON.stringify(value);
    this.#problem(path, what, `must map names to values (NAME: …), but is ${found}`);
    return undefined;
  }

  group(path: Path, name: string, value: unknown): void {
    const data = this.mapping(path, value);
    const problem = nameProblem(name);
    if (problem !== undefined) this.#problem(path, path.join('.'), problem);
    if (data === undefined || problem !== undefined) return;
    const where = (): ReturnType<YamlSource['locate']> => this.#source.locate(path);
    const draft = this.#draft.group(name, where);
    for (const [key, given] of Object.entries(data)) {
      const below = [...path, key];
      const section = sections.includes(key) ? this.#section(below, given) : undefined;
      if (!sections.includes(key)) {
        const close = didYouMean(near(key, sections));
        this.#problem(
          below,
          below.join('.'),
          `is not known here; a group has hosts, vars and children${close}`,
        );
      }
      if (section === undefined) continue;
      if (key === 'vars') {
        addVariables(this.#draft, { group: name, draft }, section, this.#locateBelow(below));
      } else if (key === 'hosts') {
        for (const [host, vars] of Object.entries(section)) this.#hosts([...below, host], host, vars, name);
      } else {
        for (const [child, inner] of Object.entries(section)) {
          this.group([...below, child], child, inner);
          draft.children.add(child);
        }
      }
    }
  }

  /** One name may stand alone in the place of a mapping. */
  #section(path: Path, value: unknown): Mapping | undefined {
    return this.mapping(path, typeof value === 'string' ? { [value]: null } : value);
  }

  #hosts(path: Path, pattern: string, value: unknown, group: string): void {
    const vars = this.mapping(path, value);
    const { names = [], port, problem } = hostNames(pattern);
    const bad = names.find((name) => nameProblem(name) !== undefined);
    if (problem !== undefined)
      this.#problem(path, path.slice(0, -1).join('.'), `has a name that is none: ${problem}`);
    else if (bad !== undefined) this.#problem(path, path.join('.'), nameProblem(bad) ?? '');
    if (vars === undefined || problem !== undefined || bad !== undefined) return;
    for (const name of names) {
      const isNew = !this.#draft.hosts.has(name);
      const host = this.#draft.host(name, () => this.#source.locate(path));
      this.#draft.groups.get(group)?.hosts.add(name);
      const withPort = port !== undefined && isNew ? { ansible_port: port, ...vars } : vars;
      addVariables(this.#draft, { host }, withPort, this.#locateBelow(path));
    }
  }

  #locateBelow(path: Path): (below: Path) => ReturnType<YamlSource['locateValue']> {
    return (below) => this.#source.locateValue([...path, ...below]);
  }

  #problem(path: Path, what: string, problem: string): void {
    const where = this.#source.locate(path);
    this.#draft.problems.push(inventoryError('inventory-invalid', { path: what, problem }, { where }));
  }
}
