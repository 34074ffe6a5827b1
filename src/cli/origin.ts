import { execFile } from 'node:child_process';
import { hostname, userInfo } from 'node:os';
import type { Commit, TsplayEvent } from '../events.ts';
import { version } from './version.ts';

/** Where a run comes from. */
export type Origin = Extract<TsplayEvent, { type: 'origin' }>;

/** Most milliseconds that Git may take; a run waits no longer for it before it ends. */
const patience = 5000;

/** Who runs this, on which machine, from which commit of the project. */
export async function originOf(project: string, record: string | undefined): Promise<Origin> {
  const { SUDO_USER, DOAS_USER } = process.env;
  const user = userName();
  const login = SUDO_USER ?? DOAS_USER;
  return {
    type: 'origin',
    user,
    login: login === user ? undefined : login,
    controller: hostname(),
    tsplay: version(),
    commit: await commitOf(project),
    record,
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that no account has.
    return String(process.getuid?.() ?? '');
  }
}

/** What Git knows of a folder; nothing where it is not Git's, or Git is not there. */
export async function commitOf(folder: string): Promise<Commit | undefined> {
  const { PATH, HOME, XDG_CONFIG_HOME } = process.env;
  // No more than it needs: an environment may hold secrets. And it is to leave the index alone.
  const env = { PATH, HOME, XDG_CONFIG_HOME, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
  const words = ['-C', folder, 'status', '--porcelain=v2', '--branch', '--', '.'];
  const options = { env, timeout: patience, maxBuffer: 1 << 24 };
  const stdout = await new Promise<string>((resolve) => {
    execFile('git', words, options, (_, text) => resolve(text));
  });
  const lines = stdout.split('\n');
  const told = (key: string): string | undefined =>
    lines.find((line) => line.startsWith(`# ${key} `))?.slice(key.length + 3);
  const id = told('branch.oid');
  if (id === undefined || !/^[0-9a-f]{40,64}$/.test(id)) return undefined;
  const branch = told('branch.head');
  return {
    id,
    branch: branch === '(detached)' ? undefined : branch,
    dirty: lines.some((line) => line !== '' && !line.startsWith('# ')),
  };
}
