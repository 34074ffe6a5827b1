/** Sections, each with its keys. */
export type Ini = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Its keys are those of all sections too. */
const defaultSection = 'DEFAULT';

/**
 * Reads INI as Python's configparser does, which is what Ansible reads local facts with: keys in lower case, all values
 * strings, further lines of a value indented, `%(key)s` for the value of another key.
 *
 * @see https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
 */
export function parseIni(text: string): Ini {
  const sections = sectionsOf(text.split('\n'));
  const defaults = sections.get(defaultSection) ?? new Map<string, string>();
  sections.delete(defaultSection);
  return Object.fromEntries(
    [...sections].map(([name, own]) => {
      const values = new Map([...defaults, ...own]);
      return [name, Object.fromEntries([...values].map(([key, raw]) => [key, interpolated(raw, values)]))];
    }),
  );
}

function sectionsOf(lines: readonly string[]): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let key: string | undefined;
  let indent = 0;
  for (const [index, line] of lines.entries()) {
    const wrong = (what: string): Error => new Error(`line ${index + 1}: ${what}`);
    const said = line.trim();
    if (said.startsWith('#') || said.startsWith(';')) continue;
    if (said === '') {
      // It may stand within a value; behind one it is taken away at the end.
      if (section !== undefined && key !== undefined) section.set(key, `${section.get(key) ?? ''}\n`);
      continue;
    }
    const at = line.search(/\S/);
    if (section !== undefined && key !== undefined && at > indent) {
      section.set(key, `${section.get(key) ?? ''}\n${said}`);
      continue;
    }
    indent = at;
    const [, header] = /^\[(.+)\]/.exec(said) ?? [];
    if (header !== undefined) {
      if (sections.has(header) && header !== defaultSection)
        throw wrong(`the section ${header} is there twice`);
      section = sections.get(header) ?? new Map();
      sections.set(header, section);
      key = undefined;
      continue;
    }
    const [, name, value = ''] = /^(.*?)\s*[=:]\s*(.*)$/.exec(said) ?? [];
    if (section === undefined) throw wrong('it stands before any section');
    if (name === undefined || name === '') throw wrong('it is no key with a value');
    key = name.toLowerCase();
    if (section.has(key)) throw wrong(`the key ${key} is there twice`);
    section.set(key, value);
  }
  for (const values of sections.values())
    for (const [name, value] of values) values.set(name, value.trimEnd());
  return sections;
}

function interpolated(raw: string, values: ReadonlyMap<string, string>, depth = 1): string {
  if (depth > 10) throw new Error('values are made from each other without end');
  return raw.replaceAll(/%(?:%|\(([^)]+)\)s)?/g, (found, key: string | undefined) => {
    if (found === '%%') return '%';
    if (key === undefined) throw new Error(`a % that is neither %% nor %(key)s: ${raw.slice(0, 100)}`);
    const value = values.get(key.toLowerCase());
    if (value === undefined) throw new Error(`there is no key ${key} for %(${key})s`);
    return interpolated(value, values, depth + 1);
  });
}
