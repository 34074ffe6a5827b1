/** A command that somebody wants to be run. */
export interface Execution {
  readonly run: readonly [string, ...string[]];
  /** What it finds on its standard input. */
  readonly stdin: string | undefined;
  /** When it is ended. */
  readonly seconds: number | undefined;
}

/** Most characters of a command that name its task. */
const longest = 200;

/** A command as the name of its task: one line, however it is written. */
export function titleOf({ run }: Execution): string {
  const [first, flag, text = ''] = run;
  const words = first === 'sh' && flag === '-c' && run.length === 3 ? text : run.map(shownWord).join(' ');
  const line = words.replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ').trim();
  const cut = line.length > longest ? `${line.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : line;
  return cut === '' ? 'command' : cut;
}

/** Quoted only where it would be read as more than a word. */
function shownWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
