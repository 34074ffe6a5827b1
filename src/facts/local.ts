import { sh } from '../steps/sh.ts';
import type { FactGroupDefinition } from './group.ts';
import { parseIni } from './ini.ts';
import { timeLimited } from './time-limit.ts';

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a file of facts says, or why it says nothing. */
export type LocalFact =
  | { readonly value: Json; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: string };

/** Facts of the group `local`: what files of facts on the host say, by their names without `.fact`. */
export type LocalFacts = Readonly<Record<string, LocalFact>>;

/** Folders of such files. Of two files with one name the later folder's is taken. */
const folders: readonly string[] = ['/etc/ansible/facts.d', '/etc/tsplay/facts.d'];

/** Bytes that a file of facts may have, or print. */
const sizeLimit = 4 << 20;

// Each line of the host's begins with a blank, ours with another character. The last line that a program seems to print
// is its status: it is not there if there was too much, or no end.
const run = sh`
{ "$ts_file" </dev/null; printf '\n%s' "$?"; } | head -c ${sizeLimit} | sed 's/^/ /'`;

/**
 * The group for these folders. A program of facts may take so many seconds.
 *
 * @see https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_vars_facts.html#facts-d-or-local-facts
 */
export function localFacts(from: readonly string[], seconds: number): FactGroupDefinition<LocalFacts> {
  const probe = sh`
ts_newline='
'
for ts_folder in ${from}; do
  set +f
  for ts_file in "$ts_folder"/*.fact; do
    set -f
    [ -e "$ts_file" ] || [ -h "$ts_file" ] || continue
    echo @fact
    ts_name=\${ts_file##*/}
    IFS=$ts_newline
    set -- $ts_name
    unset IFS
    printf ' %s\n' "$@"
    if [ ! -f "$ts_file" ]; then echo @other
    elif [ -x "$ts_file" ]; then
      echo @run
      ( ${timeLimited(seconds, run)} ) || :
      echo
    elif [ -r "$ts_file" ]; then
      echo @read
      head -c ${sizeLimit + 1} "$ts_file" | sed 's/^/ /'
      echo
    else echo @unreadable
    fi
  done
done
echo @end`;
  return { probe, privileged: true, limit: 60, parse: (printed) => parse(printed, seconds) };
}

/** See {@link LocalFacts}. */
export const local: FactGroupDefinition<LocalFacts> = localFacts(folders, 5);

function parse(printed: string, seconds: number): LocalFacts {
  const facts = new Map<string, LocalFact>();
  let part: string[] = [];
  let name: readonly string[] = [];
  let how = '';
  const finish = (): void => {
    if (how !== '') facts.set(name.join('\n').replace(/\.fact$/, ''), factOf(how, part, seconds));
  };
  for (const line of printed.split('\n')) {
    if (line.startsWith(' ')) part.push(line.slice(1));
    else if (line === '@fact' || line === '@end') {
      finish();
      part = [];
      how = line === '@end' ? 'end' : '';
      if (how === 'end') break;
    } else if (line.startsWith('@')) {
      name = part;
      part = [];
      how = line.slice(1);
    } else if (line !== '')
      throw new Error(`the answer has a line that means nothing: ${line.slice(0, 100)}`);
  }
  if (how !== 'end') throw new Error('the answer has no end');
  return Object.fromEntries(facts);
}

function factOf(how: string, lines: readonly string[], seconds: number): LocalFact {
  if (how === 'other') return { error: 'it is no file, or a link to none' };
  if (how === 'unreadable') return { error: 'it may not be read' };
  if (how === 'read') return textOf(lines.join('\n'));
  const status = lines.at(-1) ?? '';
  const text = lines.slice(0, -1).join('\n');
  if (status === '0') return textOf(text);
  if (/^\d{1,3}$/.test(status)) return { error: `it ended with status ${status}` };
  return { error: `it printed more than 4 MiB, or took longer than ${seconds} s and was ended` };
}

function textOf(text: string): LocalFact {
  if (text.length > sizeLimit) return { error: 'it has more than 4 MiB' };
  if (text.includes('\uFFFD')) return { error: 'it is not UTF-8' };
  try {
    return { value: JSON.parse(text) as Json };
  } catch (json) {
    try {
      return { value: parseIni(text) };
    } catch (ini) {
      return { error: `it is neither JSON (${messageOf(json)}) nor INI (${messageOf(ini)})` };
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
