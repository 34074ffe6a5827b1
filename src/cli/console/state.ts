import { selectHosts } from '../../inventory/pattern.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Entry } from './entry.ts';

/** What lines that begin with a point change. */
export interface State {
  pattern: string;
  check: boolean;
  diff: boolean;
  become: boolean | string;
  readonly kept: Entry[];
}

/** What lines beginning with a point can be. */
export const commands: Readonly<Record<string, string>> = {
  '.hosts': '[PATTERN]   run on these hosts; without a pattern: say which they are',
  '.check': '             change nothing and tell what would change, or no longer so',
  '.diff': '              show what stands there and what comes in its place, or no longer so',
  '.become': '[USER|off]  run as this user, root if none is named',
  '.forget': '            forget what was declared and imported',
  '.help': '              this',
  '.exit': '              leave, as Ctrl-D does',
};

const help = `Each line is a play on the hosts: file('/etc/motd', { content: 'hello\\n' })
It has host, vars, factsOf, and all that tsplay and tsplay/modules export. What an expression comes to is shown:
  (await command('kernel', { run: ['uname', '-r'], reads: true }).result()).stdout
What is declared (const, function, type) and imported is kept for later lines. Tab completes.
${Object.entries(commands)
  .map(([name, text]) => `  ${name} ${text}`)
  .join('\n')}
`;

/** Does what a line says that begins with a point; gives what is to be printed, or undefined at the end. */
export function obey(line: string, state: State, inventory: Inventory, cwd: string): string | undefined {
  const [name = '', ...rest] = line.trim().split(/\s+/);
  const argument = rest.join(' ');
  switch (name) {
    case '.hosts': {
      const pattern = argument === '' ? state.pattern : argument;
      const hosts = selectHosts(inventory, pattern, cwd);
      state.pattern = pattern;
      return `${hosts.map((host) => host.name).join(', ')}\n`;
    }
    case '.check':
      state.check = !state.check;
      return state.check ? 'changes nothing now\n' : 'changes hosts now\n';
    case '.diff':
      state.diff = !state.diff;
      return `differences are ${state.diff ? 'shown' : 'not shown'} now\n`;
    case '.become':
      state.become = argument === 'off' ? false : argument === '' ? true : argument;
      return state.become === false
        ? 'as the user of the login\n'
        : `as ${state.become === true ? 'root' : state.become}\n`;
    case '.forget':
      state.kept.length = 0;
      return '';
    case '.help':
      return help;
    case '.exit':
      return undefined;
    default:
      return `there is no ${name}; .help says what there is\n`;
  }
}
