import { askHidden } from '../secrets/ask.ts';
import { secret, type Secret } from '../secrets/secret.ts';

const variable = 'TSPLAY_BECOME_PASSWORD';

/** The password that hosts ask for: typed in, or from the environment, which then forgets it. */
export async function becomePassword(ask: boolean): Promise<Secret | undefined> {
  const given = process.env[variable];
  delete process.env[variable];
  if (ask)
    return secret(await askHidden('the password for becoming another user', `Set ${variable} instead.`));
  return given === undefined || given === '' ? undefined : secret(given);
}
