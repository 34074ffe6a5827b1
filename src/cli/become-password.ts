import { secret, type Secret } from '../secrets/secret.ts';

const variable = 'TSPLAY_BECOME_PASSWORD';

/** The password that hosts ask for: typed in, or from the environment, which then forgets it. */
export async function becomePassword(ask: boolean): Promise<Secret | undefined> {
  const given = process.env[variable];
  delete process.env[variable];
  if (ask) return secret(await askHidden('Password for becoming another user: '));
  return given === undefined || given === '' ? undefined : secret(given);
}

/** Asks on the terminal without showing what is typed. */
function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY)
    throw new SyntaxError(`there is no terminal to ask for a password; set ${variable} instead`);
  stderr.write(question);
  stdin.setRawMode(true);
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (): void => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.off('data', read);
      stderr.write('\n');
    };
    const read = (chunk: Buffer): void => {
      for (const character of chunk.toString('utf8')) {
        if (character === '\r' || character === '\n') {
          end();
          resolve(typed);
          return;
        }
        if (character === '\u0003' || character === '\u0004') {
          end();
          reject(new SyntaxError('no password was given'));
          return;
        }
        typed = character === '\u007f' ? typed.slice(0, -1) : typed + character;
      }
    };
    stdin.on('data', read);
  });
}
