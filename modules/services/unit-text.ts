import { option, type OptionRule } from '../../src/steps/index.ts';

/** What a setting of a unit file may be: a list stands in as many lines, `''` takes back what stood before. */
export type UnitSetting = string | number | boolean | readonly (string | number | boolean)[];

/** Sections of a unit file: `{ Unit: { Description: 'App' }, Service: { ExecStart: '/usr/bin/app' } }`. */
export type UnitSections = Readonly<Record<string, Readonly<Record<string, UnitSetting>>>>;

const one = option.rule(
  'a text of one line that does not end in a backslash, a number or a boolean, or a list of such',
  (value) =>
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value)) ||
    (typeof value === 'string' && !/[^\t\P{Cc}]|\p{Cs}|\\$/u.test(value)),
);
const setting: OptionRule = (name, value) =>
  Array.isArray(value) ? option.listOf(one, 1)(name, value) : one(name, value);
const word =
  (kind: string) =>
  (name: string): string | undefined =>
    /^[A-Za-z][\w-]*$/.test(name) ? undefined : `${option.quoted(name)} is not the name of a ${kind}`;

/** The rule of {@link UnitSections}. */
export const sectionsRule: OptionRule = option.mapOf(option.mapOf(setting, word('setting')), word('section'));

/** Sections as the text of a unit file. */
export function unitText(sections: UnitSections): string {
  const parts = Object.entries(sections).map(([section, settings]) =>
    [
      `[${section}]`,
      ...Object.entries(settings).flatMap(([key, value]) =>
        [value].flat().map((each: string | number | boolean) => `${key}=${each}`),
      ),
    ].join('\n'),
  );
  return `# Managed by tsplay.\n${parts.join('\n\n')}\n`;
}

/** Sections with others laid over them, setting by setting. */
export function mergedSections(under: UnitSections, over: UnitSections): UnitSections {
  const names = [...new Set([...Object.keys(under), ...Object.keys(over)])];
  return Object.fromEntries(names.map((name) => [name, { ...under[name], ...over[name] }]));
}

/** Words as a command line of a unit file, where nothing in them means anything. */
export function commandLine(words: readonly string[]): string {
  const quoted = words.map((word, index) => {
    // What a command begins with can change how it is run; the rest may name variables.
    const plain = word.replaceAll('%', '%%').replaceAll('$', index === 0 ? '$' : '$$$$');
    if (/^[\w./:=,+%$-]+$/.test(plain) && (index > 0 || /^[\w./]/.test(plain))) return plain;
    const escaped = plain
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"')
      .replaceAll('\n', '\\n')
      .replaceAll('\t', '\\t');
    return `"${escaped}"`;
  });
  return quoted.join(' ');
}

/** What is wrong with the words of a command that a unit runs. */
export function commandProblems(name: string, words: readonly string[]): readonly string[] {
  const [program = ''] = words;
  return /^\/|^[\w.+-]+$/.test(program) && !program.startsWith('-')
    ? []
    : [`${name} must begin with the path of a program, or its name, not ${option.quoted(program)}`];
}
