import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { users } from '../../src/facts/users.ts';
import { printedOn, probed } from '../support/probes.ts';
import { shellNames } from '../support/shells.ts';

const answer = (source: string, passwd: string, group: string): string =>
  `@source\n${source}\n@passwd\n${passwd}\n@group\n${group}`;

describe('users', () => {
  it('of Debian', () => {
    const facts = users.parse(printedOn('users-debian'));
    expect(facts.source).toBe('getent');
    expect(facts.users[0]).toEqual({
      name: 'root',
      uid: 0,
      gid: 0,
      comment: 'root',
      home: '/root',
      shell: '/bin/bash',
    });
    expect(facts.users.find(({ name }) => name === 'nobody')).toMatchObject({
      uid: 65_534,
      home: '/nonexistent',
    });
    expect(facts.groups.find(({ name }) => name === 'deploy')).toEqual({
      name: 'deploy',
      gid: 1000,
      members: [],
    });
  });

  it('of Alpine by its files, and of Rocky Linux in a directory', () => {
    const alpine = answer(
      'files',
      printedOn('documented/passwd-alpine'),
      printedOn('documented/group-alpine'),
    );
    const facts = users.parse(alpine);
    expect(facts.source).toBe('files');
    expect(facts.users.map(({ name }) => name).join(' ')).toBe('root bin daemon sync operator ntp nobody');
    expect(facts.groups[1]).toEqual({ name: 'bin', gid: 1, members: ['root', 'bin', 'daemon'] });
    const rocky = users.parse(
      answer('getent', printedOn('documented/passwd-rocky-9-directory'), 'wheel:x:10:'),
    );
    expect(rocky.users.at(-1)).toMatchObject({
      name: 'jane@example.org',
      uid: 734_201_107,
      comment: 'Jane Doe',
    });
  });

  it('are as odd as people make them; what the host itself passes over is not there', () => {
    const passwd =
      'root:x:0:0:\u001B[31mroot ∞ "\':/root:\n# no:x:1:1::/:\n+@admins::::::\nbad:x:y:1::/:\nshort:x:1:1';
    const { users: found, groups } = users.parse(answer('files', passwd, '+:::\nempty:*:7:'));
    expect(found).toEqual([
      { name: 'root', uid: 0, gid: 0, comment: `\u001B[31mroot ∞ "'`, home: '/root', shell: '' },
    ]);
    expect(groups).toEqual([{ name: 'empty', gid: 7, members: [] }]);
  });

  it('are refused where nobody is there, or a value looks like a part', () => {
    expect(() => users.parse(answer('files', '', 'root:x:0:'))).toThrow('no user at all');
    expect(() => users.parse('')).toThrow("no part 'passwd'");
    expect(() => users.parse(`${answer('files', 'root:x:0:0::/:', '')}\n@group\n`)).toThrow(
      'begins with an @',
    );
  });
});

const python = `import pwd, grp, json
print(json.dumps([[[u.pw_name, u.pw_uid, u.pw_gid, u.pw_gecos, u.pw_dir, u.pw_shell] for u in pwd.getpwall()],
[[g.gr_name, g.gr_gid, g.gr_mem] for g in grp.getgrall()]]))`;

it.each(shellNames)('the probe tells what the library tells, with and without getent, in %s', (shell) => {
  const expected = JSON.parse(execFileSync('python3', ['-c', python], { encoding: 'utf8' })) as unknown;
  const bin = mkdtempSync(join(tmpdir(), 'tsplay-users-'));
  symlinkSync('/usr/bin/cat', join(bin, 'cat'));
  try {
    for (const source of ['getent', 'files'] as const) {
      const { facts } = probed(shell, users, { path: source === 'files' ? bin : undefined });
      expect(facts.source).toBe(source);
      expect([
        facts.users.map(({ name, uid, gid, comment, home, shell: login }) => [
          name,
          uid,
          gid,
          comment,
          home,
          login,
        ]),
        facts.groups.map(({ name, gid, members }) => [name, gid, members]),
      ]).toEqual(expected);
    }
  } finally {
    rmSync(bin, { recursive: true });
  }
});
