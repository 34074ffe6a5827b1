import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorizedKey, group, sudoers, user } from '../../../modules/index.ts';
import { Forks } from '../../support/forks.ts';
import { programOf } from '../../support/modules.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { runIn, shellNames, type Shell } from '../../support/shells.ts';
import { keys } from './keys.ts';

const hash = `$6$salt$${'a'.repeat(86)}`;
const key = keys.ed25519('alice@laptop');

let host: OverlayHost;
beforeEach(async () => {
  host = await OverlayHost.start();
});
afterEach(() => host.close());

/** What each step said it has found and would have. */
async function diffOf(shell: Shell, body: () => void): Promise<readonly string[]> {
  const { events } = await host.run(shell, body, { mode: 'check' });
  return events.flatMap((event) =>
    event.type === 'step' && event.status === 'changed'
      ? [`${event.what}: ${event.before ?? ''} -> ${event.after ?? ''}`]
      : [],
  );
}

describe.each(shellNames)('in %s', (shell) => {
  it('a check tells each field that would change', async () => {
    host.sh('groupadd -g 2000 www; useradd -u 3000 -G audio alice');
    const diff = await diffOf(shell, () => {
      user('alice', {
        uid: 3001,
        group: 'www',
        groups: ['adm'],
        shell: '/bin/bash',
        password: hash,
        expires: '2037-01-31',
      });
    });
    expect(diff).toEqual([
      'uid of alice: 3000 -> 3001',
      'main group of alice: alice -> www',
      'shell of alice: /bin/sh -> /bin/bash',
      'home of alice:  -> present',
      'groups of alice: audio -> adm',
      'password of alice:  -> ',
      'expiry of alice: never -> 2037-01-31',
    ]);
  });

  it('a check of all of it on a bare host says what a run does', async () => {
    const body = (): void => {
      group('www', { gid: 2000 });
      group('ops', { members: ['daemon'] });
      group('ops', { gid: 2100 });
      user('alice', {
        uid: 3000,
        group: 'www',
        groups: ['ops'],
        appendGroups: true,
        password: hash,
        locked: false,
      });
      user('bob', { password: '!', expires: 'never' });
      group('team', { members: ['alice', 'bob'] });
      authorizedKey('alice', { key });
      authorizedKey('alice', { key: keys.rsa('old') });
      sudoers('ops', { group: 'ops', commands: 'ALL' });
    };
    const check = await host.run(shell, body, { mode: 'check' });
    expect(check.told).toEqual(check.told.map(() => 'changed'));
    expect((await host.run(shell, body)).told).toEqual(check.told);
    const again = await host.run(shell, body);
    expect(again.told).toEqual(check.told.map(() => 'ok'));
    expect(host.sh('grep -E ^bob: /etc/shadow | cut -d: -f2')).toBe('!');
  });

  it('what cannot be is told before anything changes', async () => {
    host.sh(
      'useradd -u 3000 -m alice; useradd -u 3002 bob; setpriv --reuid 3000 --clear-groups sleep 60 >/dev/null 2>&1 &',
    );
    host.sh('mkdir /home/bob; ln -s /root /home/bob/.ssh; chown -h bob /home/bob/.ssh; chown bob /home/bob');
    const body =
      (one: () => void) =>
      async (mode: 'check' | 'apply'): Promise<string> => {
        const { told } = await host.run(shell, one, { mode });
        return told.join(' ');
      };
    const cases: readonly (readonly [() => void, RegExp])[] = [
      [() => void user('carol', { uid: 3002 }), /^failed uid 3002 belongs to another user: bob$/],
      [
        () => void user('carol', { groups: ['nope', 'adm', 'no2'] }),
        /^failed groups must be there before .*: nope no2$/,
      ],
      [() => void user('carol', { shell: '/bin/no-shell' }), /^failed there is no program \/bin\/no-shell/],
      [
        () => void user('alice', { uid: 3009 }),
        /^failed uid and home cannot be changed while .* alice: \d+ \(sleep\)$/,
      ],
      [
        () => void user('alice', { state: 'absent' }),
        /cannot be removed while something runs as that user: \d+ \(sleep\)$/,
      ],
      [
        () => void user('daemon', { state: 'absent', removeHome: true }),
        /home of user daemon is not to be removed: \/usr\/sbin does not belong/,
      ],
      [
        () => void group('team', { members: ['nope', 'bob'] }),
        /^failed members must be users of this host; these are not: nope$/,
      ],
      [() => void group('bob', { state: 'absent' }), /^failed group bob is the main group of users: bob$/],
      [() => void group('bob2', { gid: 3002 }), /^failed gid 3002 belongs to another group: bob$/],
      [() => void authorizedKey('nope', { key }), /: there is no user nope on this host$/],
      [() => void authorizedKey('bob', { key }), /cannot be written: \/home\/bob\/\.ssh is a symbolic link$/],
      [
        () => void sudoers('x', { content: 'alice ALL=(ALL NOPASSWD: ALL\n' }),
        /^failed \/etc\/sudoers\.d\/x must not go live: .*syntax error/,
      ],
    ];
    const before = host.snapshot();
    for (const [one, message] of cases) {
      expect(await body(one)('check')).toMatch(message);
      expect(await body(one)('apply')).toMatch(message);
    }
    expect(host.snapshot()).toEqual(before);
  });

  it('users of a directory are found, may get keys and groups, and are not changed', async () => {
    host.sh(`mv /usr/bin/getent /usr/bin/getent.real; cat >/usr/bin/getent <<'END'
#!/bin/sh
case "$*" in *dora*) echo 'dora:*:9000:100:Dora:/home/dora:/bin/sh'; exit 0 ;; *) exec getent.real "$@" ;; esac
END
chmod 755 /usr/bin/getent`);
    const same = await host.run(
      shell,
      () => void user('dora', { uid: 9000, comment: 'Dora', createHome: false }),
    );
    expect(same.told).toEqual(['ok']);
    const other = await host.run(shell, () => void user('dora', { shell: '/bin/bash', createHome: false }));
    expect(other.told).toEqual(['failed', expect.stringMatching(/^cannot read shell of dora/)]);
    expect(other.stderr).toMatch(
      /user dora comes from another source than the files of this host, such as LDAP/,
    );
  });

  it('a password is locked, unlocked and set apart from each other', async () => {
    host.sh(`useradd -M -p '${hash}' alice; useradd -M bob`);
    const field = (name: string): string => host.sh(`getent shadow ${name} | cut -d: -f2`);
    const set = async (name: string, options: object): Promise<string> => {
      const { told } = await host.run(shell, () => void user(name, { createHome: false, ...options }));
      expect(told).toEqual(['changed']);
      return field(name);
    };
    expect(await set('alice', { locked: true })).toBe(`!${hash}`);
    const other = hash.replaceAll('a', 'b').replace('sblt', 'salt');
    // Locked as it was.
    expect(await set('alice', { password: other })).toBe(`!${other}`);
    expect(await set('alice', { locked: false })).toBe(other);
    expect(await set('alice', { password: '!' })).toBe('!*');
    // No password fits, and yet the account is not locked.
    expect(await set('bob', { locked: false })).toBe('*');
    expect(await set('bob', { password: hash, updatePassword: 'onCreate' })).toBe(hash);
    const kept = await host.run(shell, () => {
      user('bob', { password: other, updatePassword: 'onCreate', createHome: false });
    });
    expect([kept.told, field('bob')]).toEqual([['ok'], hash]);
  });

  it('a hash is in no argument of a program, nor in what is kept on the host', async () => {
    host.sh(`for tool in useradd usermod chpasswd chage; do
  real=$(command -v $tool); mv "$real" "$real.real"
  printf '#!/bin/sh\\nprintf "%%s\\\\n" "$0 $*" >>/called; env >>/called; exec %s.real "$@"\\n' "$real" >"$real"; chmod 755 "$real"
done`);
    const run = await host.run(shell, () => void user('alice', { password: hash, expires: '2037-01-31' }));
    expect(run.told).toEqual(['changed']);
    expect(host.sh('grep -c chpasswd /called')).not.toBe('0');
    expect(host.sh('grep -rl aaaaaaaa /called /var/lib/tsplay-test || :')).toBe('');
    expect(JSON.stringify(run.events)).not.toContain('aaaaaaaa');
  });

  it('a removed user comes back with all that it had', async () => {
    host.sh(`groupadd -g 2000 www; useradd -u 3000 -g www -G adm,audio -m -c "Al O'Hara, \\$(id)" -p '${hash}' -e 2037-01-31 -s /bin/bash alice
chage -d 2020-01-01 -m 1 -M 90 -W 14 -I 30 alice; usermod -L alice; echo mine >/home/alice/mine; chmod 750 /home/alice`);
    const view =
      'getent passwd alice; getent shadow alice; id alice; ls -lAn --time-style=+%s /home/alice; stat -c %a /home/alice';
    const before = host.sh(view);
    const run = await host.run(shell, () => void user('alice', { state: 'absent', removeHome: true }));
    expect(run.told).toEqual(['changed']);
    expect(host.sh('id alice 2>&1 || :; ls -d /home/alice 2>&1 || :')).toMatch(
      /no such user[^]*No such file/,
    );
    host.undo(shell, run.name);
    expect(host.sh(view)).toBe(before);
  });

  it('its own group may be named among its groups, and stays if it was there before', async () => {
    host.sh('useradd bob; groupadd -g 2000 alice');
    const body = (): void => {
      for (const name of ['alice', 'bob', 'carol']) user(name, { groups: [name, 'adm'], createHome: false });
    };
    const check = await host.run(shell, body, { mode: 'check' });
    expect(check.told).toEqual(['changed', 'changed', 'changed']);
    const run = await host.run(shell, body);
    expect(run.told).toEqual(check.told);
    expect(host.sh('id -Gn alice; id -Gn bob; id -Gn carol')).toBe('alice adm\nbob adm\ncarol adm');
    expect((await host.run(shell, body)).told).toEqual(['ok', 'ok', 'ok']);
    host.undo(shell, run.name);
    expect(host.sh('id -Gn bob; getent group alice; getent group carol || :')).toBe('bob\nalice:x:2000:');
  });

  it('a run that changes nothing starts as many processes for many users as for few', async () => {
    const forks = new Forks();
    const body = (count: number) => (): void => {
      for (let number = 0; number < count; number += 1) {
        const name = `user${number}`;
        user(name, {
          uid: 4000 + number,
          groups: ['adm'],
          appendGroups: true,
          shell: '/bin/sh',
          password: hash,
          locked: false,
          expires: 'never',
        });
        authorizedKey(name, { key });
        group(`group${number}`, { gid: 6000 + number, members: [name] });
      }
    };
    const most = shell === 'dash' ? 100 : 20;
    const script = Array.from({ length: most }, (_, n) => [
      `useradd -u ${4000 + n} -G adm -s /bin/sh -p '${hash}' -m user${n}; groupadd -g ${6000 + n} -U user${n} group${n}`,
      `install -d -m 700 -o user${n} /home/user${n}/.ssh; echo '${key}' >/home/user${n}/.ssh/authorized_keys`,
      `chmod 600 /home/user${n}/.ssh/authorized_keys; chown user${n} /home/user${n}/.ssh/authorized_keys`,
    ]).flat();
    host.sh(script.join('\n'));
    const processes = async (count: number): Promise<number> => {
      const under = [...forks.under, ...host.under];
      const run = await runIn(shell, await programOf(body(count)), {
        home: '/var/lib/tsplay-test',
        cwd: '/',
        under,
      });
      expect(new Set(run.statuses)).toEqual(new Set(['ok']));
      return forks.count();
    };
    const few = await processes(5);
    expect(await processes(most)).toBe(few);
    expect(few).toBeLessThan(15);
    forks.close();
  }, 300_000);
});
