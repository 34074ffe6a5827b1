import { expect, it } from 'vitest';
import { absent, file, hardlink, line } from '../../../modules/index.ts';
import { OverlayHost, type Body } from '../../support/overlay-host.ts';
import { overlayLaw } from '../../support/overlay-law.ts';
import { shellNames } from '../../support/shells.ts';

overlayLaw({
  'a file with mode and owner': {
    declared: () => void file('/etc/app.conf', { content: 'port = 80\n', mode: '0640', owner: 'root:adm' }),
    there: { 'stat -c "%a %U:%G" /etc/app.conf; cat /etc/app.conf': '640 root:adm\nport = 80' },
    varied: () => void file('/etc/app.conf', { content: 'port = 80\n', mode: '0600', owner: 'root:adm' }),
    variation: / etc\/app\.conf$/,
    drift: 'echo more >>/etc/app.conf; chown daemon /etc/app.conf',
    absent: () => void file('/etc/app.conf', { state: 'absent' }),
    gone: { 'test ! -e /etc/app.conf': '' },
  },
  'a file that is validated, with a backup': {
    ground: "printf 'old\\n' >/etc/sudoers.d/app",
    declared: () =>
      void file('/etc/sudoers.d/app', {
        content: 'app ALL=(root) NOPASSWD: /bin/true\n',
        mode: '0440',
        owner: 'root',
        group: 'root',
        backup: true,
        validate: ['grep', '-q', 'NOPASSWD', '%s'],
      }),
    there: {
      'stat -c "%a %U:%G" /etc/sudoers.d/app; cat /etc/sudoers.d/app~; ls -A /etc/sudoers.d | grep app':
        '440 root:root\nold\napp\napp~',
    },
    varied: () =>
      void file('/etc/sudoers.d/app', {
        content: 'app ALL=(root) NOPASSWD: /bin/true\n',
        mode: '0400',
        backup: true,
      }),
    variation: / etc\/sudoers\.d\/app$/,
    drift: 'chmod 600 /etc/sudoers.d/app',
    absent: () => void file('/etc/sudoers.d/app', { state: 'absent' }),
    gone: { 'test ! -e /etc/sudoers.d/app': '' },
  },
});

it('what cannot be written or removed though its folder could be is foreseen', async () => {
  const host = await OverlayHost.start();
  try {
    host.sh(`useradd app; mkdir -m 1777 /srv/sticky /var/lib/tsplay-test; cd /srv; mkdir real; mount -t tmpfs tmpfs real; cd real
for name in one two three; do echo old >$name; chattr +i $name; done; echo old >/srv/sticky/theirs`);
    const cases: readonly (readonly [Body, RegExp])[] = [
      [() => void file('/srv/real/one', { content: 'new' }), /cannot be written: it is immutable/],
      [() => void file('/srv/real/one', { mode: '0600' }), /cannot be written: it is immutable/],
      [() => void line('/srv/real/two', { line: 'new' }), /cannot be written: it is immutable/],
      [() => void file('/srv/real/two', { state: 'absent' }), /cannot be removed: it is immutable/],
      [() => void hardlink('/srv/real/link', { to: '/etc/passwd' }), /it would be in another file system/],
      [() => void absent('/srv/real/three'), /is not removed: it is immutable/],
      [() => void file('/srv/sticky/theirs', { content: 'new', become: 'app' }), /the sticky bit/],
      [() => void file('/srv/sticky/theirs', { state: 'absent', become: 'app' }), /the sticky bit/],
    ];
    for (const shell of shellNames) {
      for (const [body, message] of cases) {
        if (shell === 'ash' && message.source.includes('immutable')) continue;
        for (const mode of ['check', 'apply'] as const) {
          const { told } = await host.run(shell, body, { mode });
          expect([mode, told[0], told[1]]).toEqual([mode, 'failed', expect.stringMatching(message)]);
        }
      }
    }
    expect(host.sh('cat /srv/real/* /srv/sticky/*')).toBe('old\nold\nold\nold');
  } finally {
    await host.close();
  }
});
