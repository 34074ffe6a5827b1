import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryAccount, type Account } from '../../support/account.ts';

let account: Account | undefined;
afterEach(() => {
  account?.remove();
  account = undefined;
});

function as(user: string, command: string, input = ''): string {
  return execFileSync('su', [user, '-c', command], { input, encoding: 'utf8', stdio: 'pipe' }).trim();
}

describe.skipIf(process.getuid?.() !== 0)('a temporary account', () => {
  it('may become root without a password, or with its own, or not at all', () => {
    account = temporaryAccount({ sudo: 'without-password' });
    expect(as(account.name, 'sudo -n id -u')).toBe('0');
    account.remove();

    account = temporaryAccount({ sudo: 'with-password' });
    const asks = account.name;
    expect(() => as(asks, 'sudo -n id -u')).toThrow(/password is required/);
    expect(as(asks, 'sudo -S -p "" id -u', `${account.password}\n`)).toBe('0');
    account.remove();

    account = temporaryAccount();
    const none = account;
    expect(() => as(none.name, 'sudo -S -p "" id -u', `${none.password}\n`)).toThrow(/not in the sudoers/);
  });

  it('leaves nothing behind', () => {
    const { name, remove } = temporaryAccount({ sudo: 'with-password', shell: '/bin/bash' });
    expect(execFileSync('getent', ['passwd', name], { encoding: 'utf8' })).toMatch(/:\/bin\/bash\n$/);
    remove();
    expect(existsSync(`/etc/sudoers.d/${name}`)).toBe(false);
    expect(existsSync(`/home/${name}`)).toBe(false);
    expect(() => execFileSync('getent', ['passwd', name])).toThrow(/Command failed/);
  });
});
