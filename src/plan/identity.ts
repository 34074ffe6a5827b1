import type { Connection } from '../transport/transport.ts';
import { shellWord } from '../transport/shell-word.ts';

/** What tells one boot of one machine from all others. What a host does not tell is empty. */
export interface Identity {
  readonly boot: string;
  readonly machine: string;
  readonly name: string;
}

const said = /^tsplay-host:([\w-]*):([\w-]*):([^\s:]*)$/m;

// Builtins alone, but for uname. The words are read in any login shell, so the text stands in single quotes.
const question = [
  'boot= machine=',
  'read -r boot </proc/sys/kernel/random/boot_id',
  'read -r machine </etc/machine-id',
  'printf "tsplay-host:%s:%s:%s\\n" "$boot" "$machine" "$(uname -n)"',
].join('; ');

/** Asks a host which one it is, beside whatever else runs over the connection. */
export async function identityOf(connection: Connection): Promise<Identity> {
  const channel = await connection.exec(`exec sh -c ${shellWord(question)}`);
  channel.stdin.on('error', () => {});
  channel.stdin.end();
  channel.stderr.resume();
  let text = '';
  channel.stdout.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('latin1')).slice(-10_000);
  });
  await channel.exit;
  const [, boot = '', machine = '', name = ''] = said.exec(text) ?? [];
  return { boot, machine, name };
}

/** In what two differ, in words. */
export function identityDifferences(planned: Identity, now: Identity): readonly string[] {
  if (planned.machine !== now.machine || planned.name !== now.name) {
    return [`it is another machine: ${shown(planned)} then, ${shown(now)} now`];
  }
  return planned.boot === now.boot ? [] : ['it has been booted since'];
}

function shown({ name, machine }: Identity): string {
  return `${name === '' ? 'one without a name' : name} (${machine === '' ? 'no machine id' : machine})`;
}
