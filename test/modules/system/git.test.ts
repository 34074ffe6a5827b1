import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git, type GitOptions } from '../../../modules/index.ts';
import { Forks } from '../../support/forks.ts';
import { OverlayHost, type OverlayResult } from '../../support/overlay-host.ts';
import { overlayLaw } from '../../support/overlay-law.ts';
import { problemsOf, programOf } from '../../support/modules.ts';
import { runIn, shellNames } from '../../support/shells.ts';

describe('options', () => {
  const called = (path: string, options: object) => (): void =>
    void (git as (name: string, options: object) => unknown)(path, options);
  const repository = 'https://git.example.net/app.git';
  it.each([
    ['/srv/app', {}, [/^repository is missing/]],
    ['srv/../app', { repository }, [/^the path must be absolute/, /^the path must not go up/]],
    ['/', { repository }, [/^the root of the host cannot be a clone$/]],
    [
      '/a',
      { repository: '--upload-pack=x' },
      [/^repository must be an address such/, /^repository must be an address or/],
    ],
    ['/a', { repository: 'app.git' }, [/^repository must be an address or an absolute path, not 'app.git'$/]],
    ['/a', { repository: 'https://u:p@h/x' }, [/^repository has a password in it/]],
    ['/a', { repository: 'https://ghp_x1@h/x' }, [/^repository has a token in it/]],
    ['/a', { repository, ref: '-x' }, [/^ref must be/]],
    ['/a', { repository, ref: 'a..b' }, [/^ref must be/]],
    ['/a', { repository, ref: 'a b' }, [/^ref must be/]],
    ['/a', { repository, depth: 0 }, [/^depth must be a whole number from 1/]],
    ['/a', { repository, verify: 'tag' }, [/^verify: 'tag' needs the name of a tag as ref$/]],
    [
      '/a',
      { repository, allowedSigners: 'x' },
      [/^allowedSigners must be absolute/, /^allowedSigners makes no sense without verify$/],
    ],
    ['/a', { state: 'absent', ref: 'x' }, [/^ref makes no sense with state: 'absent'$/]],
  ] as const)('%s %j', async (path, options, expected) => {
    const told = await problemsOf(called(path, options));
    expect(told).toEqual(expected.map((one) => expect.stringMatching(one)));
  });
});

const ground = `git config --global user.name test; git config --global user.email test@example.net
git config --global protocol.file.allow always; git config --global init.defaultBranch main
git init -q /srv/work; cd /srv/work
for n in 1 2 3; do echo $n >file; git add file; git commit -qm "$n"; git tag v$n; done
git tag -am annotated v3a; git checkout -q -b side v1; echo side >file; git commit -qam side; git checkout -q main
git clone -q --bare . /srv/app.git`;
const view = `[ ! -e /srv/deep/app/.git ] || git -C /srv/deep/app log -1 --format=%s
[ ! -e /srv/deep/app/.git ] || git -C /srv/deep/app rev-parse --abbrev-ref HEAD
[ ! -e /srv/deep/app/.git ] || git -C /srv/deep/app status --porcelain`;
const at = { repository: 'file:///srv/app.git' } as const;

overlayLaw({
  'a clone at a tag': {
    ground,
    declared: () => void git('/srv/deep/app', { ...at, ref: 'v2', depth: 1 }),
    there: { 'cat /srv/deep/app/file; git -C /srv/deep/app describe --tags': '2\nv2' },
    varied: () => void git('/srv/deep/app', { ...at, ref: 'v3a', depth: 1 }),
    variation: /srv\/deep\/app\/file|^[23]/,
    drift:
      'git -C /srv/deep/app fetch -q origin refs/tags/v1:refs/tags/v1; git -C /srv/deep/app checkout -q v1',
    absent: () => void git('/srv/deep/app', { state: 'absent' }),
    gone: { 'ls -A /srv/deep': '' },
    view,
    traces: /app\/\.git|^d \d+ \S+ srv$/,
  },
  'a clone that follows a branch': {
    ground,
    declared: () => void git('/srv/deep/app', at),
    there: { 'cat /srv/deep/app/file; git -C /srv/deep/app status -sb': '3\n## main...origin/main' },
    varied: () => void git('/srv/deep/app', { ...at, ref: 'side' }),
    variation: /srv\/deep\/app\/file|^3|^side|^main/,
    drift: 'git -C /srv/deep/app reset -q --hard v2',
    absent: () => void git('/srv/deep/app', { state: 'absent' }),
    gone: { 'ls -A /srv/deep': '' },
    view,
    traces: /app\/\.git|^d \d+ \S+ srv$/,
  },
});

describe.each(shellNames)('in %s', (shell) => {
  let host: OverlayHost;
  beforeEach(async () => {
    host = await OverlayHost.start();
    host.sh(ground);
  });
  afterEach(() => host.close());
  const run = (o: GitOptions, mode: 'check' | 'apply' = 'apply'): Promise<OverlayResult> =>
    host.run(shell, () => void git('/srv/app', o), { mode });

  it('follows the remote, and loses nothing that is only here', { timeout: 60_000 }, async () => {
    expect((await run(at)).told).toEqual(['changed']);
    host.sh('cd /srv/work; echo 4 >file; git commit -qam 4; git push -q /srv/app.git main');
    expect((await run({ ...at, update: false })).told).toEqual(['ok']);
    // What a rollback brings back is no commit of its own, though no branch of the remote has it any more.
    expect((await run(at)).told).toEqual(['changed']);
    host.sh('cd /srv/work; git commit -q --amend -m four; git push -qf /srv/app.git main');
    const other = await run(at);
    expect(other.told).toEqual(['changed']);
    host.undo(shell, other.name);
    expect(host.sh('git -C /srv/app log -1 --format=%s')).toBe('4');
    expect((await run({ ...at, ref: 'v3' }, 'check')).told).toEqual(['changed']);
    host.sh('cd /srv/work; echo 5 >file; git commit -qam 5; git push -q /srv/app.git main');
    host.sh('echo mine >>/srv/app/file');
    for (const mode of ['check', 'apply'] as const)
      expect((await run(at, mode)).told).toEqual([
        'failed',
        expect.stringMatching(
          /^\/srv\/app has what would be lost by an update; push it.*: changed files: file/,
        ),
      ]);
    expect(host.sh('cat /srv/app/file')).toBe('4\nmine');
    host.sh('cd /srv/app; git commit -qam mine');
    expect((await run(at)).told[1]).toMatch(/a commit of its own: [0-9a-f]{40}/);
    host.sh('echo more >>/srv/app/file');
    expect((await run({ ...at, force: true }, 'check')).told).toEqual(['changed']);
    const forced = await run({ ...at, force: true });
    expect(forced.told).toEqual(['changed']);
    expect(
      host.sh(
        `cat /srv/app/file; cd /srv/app; git log -1 --format=%s --branches='tsplay/*' --; git stash list`,
      ),
    ).toMatch(/^5\nmine\nstash@\{0\}: .*before tsplay run\d+$/);
    expect((await run({ ...at, force: true })).told).toEqual(['ok']);
  });

  it('has submodules, whole commits, and an origin that moves', { timeout: 60_000 }, async () => {
    host.sh(
      'cd /srv/work; git submodule --quiet add file:///srv/app.git sub; git commit -qm sub; git push -q /srv/app.git main',
    );
    expect((await run({ ...at, submodules: true })).told).toEqual(['changed']);
    expect(host.sh('cat /srv/app/sub/file')).toBe('3');
    host.sh('git -C /srv/app/sub checkout -q v1');
    expect((await run({ ...at, submodules: true }, 'check')).told).toEqual(['changed']);
    expect((await run({ ...at, submodules: true })).told).toEqual(['changed']);
    expect(host.sh('cat /srv/app/sub/file')).toBe('3');
    host.sh('mv /srv/app.git /srv/moved.git');
    const ref = host.sh('git -C /srv/work rev-parse v2');
    expect((await run({ repository: '/srv/moved.git', ref })).told).toEqual(['changed']);
    expect(host.sh('cd /srv/app; cat file; git remote get-url origin')).toBe('2\n/srv/moved.git');
    const old = 'https://deploy:geheim@git.example.net/app.git';
    host.sh(`git -C /srv/app remote set-url origin ${old}`);
    const config = host.sh('cat /srv/app/.git/config');
    const moved = await run({ repository: '/srv/moved.git', ref });
    expect(moved.told).toEqual(['changed']);
    const said = JSON.stringify(moved.events);
    expect([said.includes('https://***@git.example.net/app.git'), said.includes('geheim')]).toEqual([
      true,
      false,
    ]);
    host.undo(shell, moved.name);
    expect(host.sh('cat /srv/app/.git/config')).toBe(config);
  });

  it('checks out nothing that nobody has signed', { timeout: 60_000 }, async () => {
    host.sh(`ssh-keygen -q -N '' -t ed25519 -f /root/signer; printf 'test@example.net %s\\n' "$(cat /root/signer.pub)" >/etc/signers
cd /srv/work; git config gpg.format ssh; git config user.signingkey /root/signer
git checkout -q -b signed; echo signed >file; git commit -q -S -am signed; git tag -sm x s1; git push -q /srv/app.git signed s1`);
    const verified = { ...at, verify: 'commit', allowedSigners: '/etc/signers' } as const;
    expect((await run(verified)).told).toEqual([
      'failed',
      expect.stringContaining('could not make the clone /srv/app'),
    ]);
    expect(host.sh('ls /srv')).toBe('app.git\nwork');
    expect((await run({ ...verified, ref: 'signed' })).told).toEqual(['changed']);
    expect((await run({ ...verified, ref: 'main' })).told[0]).toBe('failed');
    expect(host.sh('cat /srv/app/file')).toBe('signed');
    expect((await run({ ...verified, ref: 's1', verify: 'tag' })).told).toEqual(['ok']);
  });

  it('takes new servers for good where it is told to, and notes none in a check', async () => {
    host.sh(`cat >/usr/local/bin/ssh <<'END'
#!/bin/sh
printf '%s|' "$@" >>/called; echo >>/called
for last do :; done
eval "$last"
END
chmod 755 /usr/local/bin/ssh`);
    const o = { repository: 'git@git.example.net:/srv/app.git', acceptNewHostKey: true } as const;
    const known = '-o|StrictHostKeyChecking=accept-new|';
    const none = '-o|UserKnownHostsFile=/dev/null ~/.ssh/known_hosts|';
    const called = (): string => host.sh('cat /called; : >/called');
    expect((await run(o, 'check')).told).toEqual(['changed']);
    expect(called()).toContain(`-o|BatchMode=yes|${known}${none}`);
    expect((await run({ ...o, key: '/root/key' })).told).toEqual(['changed']);
    const words = called();
    expect(words).toContain(`-o|BatchMode=yes|-o|IdentitiesOnly=yes|-i|/root/key|${known}`);
    expect(words).not.toContain('UserKnownHostsFile');
  });

  it('says what is in its way', { timeout: 60_000 }, async () => {
    host.sh('mkdir /srv/app; touch /srv/app/x');
    expect((await run(at, 'check')).told[1]).toBe('/srv/app is there, is not empty and is no clone');
    host.sh('rm /srv/app/x');
    const none = await run({ ...at, ref: 'none' });
    expect(none.told[1]).toBe('file:///srv/app.git could not be asked for none');
    expect(none.stderr).toContain('has no branch and no tag none');
    expect((await run({ repository: '/srv/nothing.git' }, 'check')).told[1]).toContain(
      'could not be asked for HEAD',
    );
    expect((await run(at)).told).toEqual(['changed']);
    host.sh('echo mine >>/srv/app/file');
    expect((await run({ state: 'absent' }, 'check')).told[1]).toMatch(
      /^\/srv\/app is left as it is: changed files: file/,
    );
  });

  it('asks git only where it has to', { timeout: 60_000 }, async () => {
    const home = mkdtempSync(join(tmpdir(), 'tsplay-clones-'));
    const forks = new Forks();
    host.sh('for n in 1 2 3 4 5 6; do git clone -q file:///srv/app.git /srv/clone$n; done');
    const commit = host.sh('git -C /srv/work rev-parse main');
    const processes = async (count: number, o: Partial<GitOptions>): Promise<number> => {
      const body = (): void => {
        for (let n = 1; n <= count; n += 1) git(`/srv/clone${n}`, { ...at, ...o } as GitOptions);
      };
      const under = [...forks.under, ...host.under];
      const program = await programOf(body);
      const { statuses } = await runIn(shell, program, { home, mode: 'check', cwd: '/', under });
      expect([...new Set(statuses)]).toEqual(['ok']);
      return forks.count();
    };
    // A commit by its name, and one that is not followed, cost nothing.
    for (const o of [{ ref: commit }, { update: false }])
      expect(await processes(6, o)).toBe(await processes(1, o));
    // Else the remote is asked about each, and nobody else.
    const [one, two, six] = [await processes(1, {}), await processes(2, {}), await processes(6, {})];
    expect(six - two).toBe(4 * (two - one));
    const asking = forks.count();
    host.sh('for n in 1 2 3 4 5 6; do git -C /srv/clone$n pack-refs --all; done');
    expect(await processes(6, {})).toBeGreaterThan(asking);
    forks.close();
    rmSync(home, { recursive: true });
  });

  it('sees what git would see', { timeout: 60_000 }, async () => {
    expect((await run(at)).told).toEqual(['changed']);
    const foreign = [
      'git -C /srv/app config remote.origin.url /srv/other.git',
      'git -C /srv/app remote set-url --add origin /srv/other.git',
      'git config -f /etc/more remote.origin.url /srv/other.git; git -C /srv/app config include.path /etc/more',
      'printf \'[Remote "origin"]\\n\\tURL = /srv/other.git\\n\' >>/srv/app/.git/config',
      'git -C /srv/app config extensions.worktreeConfig true; git -C /srv/app config --worktree remote.origin.url /srv/other.git',
    ];
    for (const change of foreign) {
      host.sh(`cp /srv/app/.git/config /root/config; ${change}`);
      expect(host.sh('git -C /srv/app config --get remote.origin.url')).toBe('/srv/other.git');
      expect((await run({ ...at, update: false }, 'check')).told).toEqual(['changed']);
      host.sh('mv /root/config /srv/app/.git/config; rm -f /srv/app/.git/config.worktree');
    }
    expect((await run(at, 'check')).told).toEqual(['ok']);
    for (const change of ['git -C /srv/app pack-refs --all', 'git -C /srv/app checkout -q --detach']) {
      host.sh(change);
      expect((await run(at, 'check')).told).toEqual(['ok']);
    }
    host.sh('cd /srv/app; git checkout -q main; git reset -q --hard v2; git pack-refs --all');
    expect((await run(at, 'check')).told).toEqual(['changed']);
  });
});
