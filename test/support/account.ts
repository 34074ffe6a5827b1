import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { killAll } from './processes.ts';

/** A Unix account of this machine that lives as long as a test. */
export interface Account {
  readonly name: string;
  /** For logging in, and for sudo where that asks. */
  readonly password: string;
  readonly remove: () => void;
}

/** How a test account is made. */
export interface AccountOptions {
  /** May it become root with sudo, and does sudo ask for its password? @defaultValue 'no' */
  readonly sudo?: 'no' | 'with-password' | 'without-password';
  /** Settings of sudo for this account, such as `use_pty`. */
  readonly sudoDefaults?: string;
  /** May it become others with doas, without a password or with its own? @defaultValue 'no' */
  readonly doas?: 'no' | 'with-password' | 'without-password';
  /** Login shell. @defaultValue '/bin/sh' */
  readonly shell?: string;
}

/** Makes an unprivileged account with a random name that starts with `tsp`. Needs root. */
export function temporaryAccount({
  sudo = 'no',
  sudoDefaults = '',
  doas = 'no',
  shell = '/bin/sh',
}: AccountOptions = {}): Account {
  const name = `tsp${randomBytes(4).toString('hex')}`;
  const password = randomBytes(9).toString('base64url');
  const rule = `/etc/sudoers.d/${name}`;
  execFileSync('useradd', ['--create-home', '--shell', shell, name], { stdio: 'pipe' });
  execFileSync('chpasswd', { input: `${name}:${password}\n`, stdio: ['pipe', 'pipe', 'pipe'] });
  if (sudo !== 'no') {
    const tag = sudo === 'without-password' ? 'NOPASSWD: ' : '';
    const defaults = sudoDefaults === '' ? '' : `Defaults:${name} ${sudoDefaults}\n`;
    writeFileSync(rule, `${defaults}${name} ALL=(ALL:ALL) ${tag}ALL\n`, { mode: 0o440 });
  }
  const doasRule = `permit ${doas === 'without-password' ? 'nopass ' : ''}${name}\n`;
  if (doas !== 'no') appendFileSync(doasRules, doasRule, { mode: 0o600 });
  let there = true;
  const remove = (): void => {
    if (!there) return;
    there = false;
    rmSync(rule, { force: true });
    if (doas !== 'no') removeRule(doasRule);
    killAll(processesOf(name));
    execFileSync('userdel', ['--remove', '--force', name], { stdio: 'pipe' });
  };
  return { name, password, remove };
}

const doasRules = '/etc/doas.conf';

/** Leaves the file as it was before, which may be not at all. */
function removeRule(rule: string): void {
  if (!existsSync(doasRules)) return;
  const rest = readFileSync(doasRules, 'utf8').replace(rule, '');
  if (rest === '') rmSync(doasRules);
  else writeFileSync(doasRules, rest);
}

// The account is ours alone, so all its processes are too.
function processesOf(name: string): readonly number[] {
  const uid = Number(execFileSync('id', ['-u', name], { encoding: 'utf8' }));
  return readdirSync('/proc')
    .filter(
      (entry) => /^\d+$/.test(entry) && statSync(`/proc/${entry}`, { throwIfNoEntry: false })?.uid === uid,
    )
    .map(Number);
}
