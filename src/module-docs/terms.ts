import type { OptionDoc } from './module-doc.ts';

/** When an option has to be given, when it can be, and what leaving it out means: phrases, as Markdown. */
export function termsOf(option: OptionDoc): readonly string[] {
  const { required, unless = [], only = [], together = [], excludes = [], defaultValue } = option;
  const those = list(only, 'and');
  const others = excludes.filter((name) => !unless.includes(name));
  return [
    ...(required === 'always' ? ['required'] : []),
    ...(required === 'there' && only.length > 0 ? [`required with ${those}, and not possible without`] : []),
    ...(unless.length > 0 ? [`required, unless ${list(unless, 'or')} is given`] : []),
    ...(required !== 'there' && only.length > 0 ? [`only with ${those}`] : []),
    ...(together.length > 0 ? [`together with ${list(together, 'and')}`] : []),
    ...(others.length > 0 ? [`not with ${list(others, 'or')}`] : []),
    ...(defaultValue === undefined ? [] : [`default: ${asCode(oneLine(defaultValue))}`]),
  ];
}

function list(names: readonly string[], word: string): string {
  const code = names.map((name) => `\`${name}\``);
  return code.length < 2 ? code.join('') : `${code.slice(0, -1).join(', ')} ${word} ${code.at(-1)}`;
}

/** What is a value stands as code; what is said in words does not. */
function asCode(text: string): string {
  return /^(?:'[^']*'|-?[\d.]+|0x[\da-f]+|true|false|\[.*\]|\{.*\})$/i.test(text) ? `\`${text}\`` : text;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** What counts beside `state: 'absent'`. */
export function absentText(absent: readonly string[]): string {
  return absent.length === 0
    ? "With `state: 'absent'` there are no other options."
    : `With \`state: 'absent'\` there is only ${list(absent, 'and')} beside it.`;
}
