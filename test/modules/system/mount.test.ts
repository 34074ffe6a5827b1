import { describe, expect, it } from 'vitest';
import { mount } from '../../../modules/index.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { overlayLaw } from '../../support/overlay-law.ts';
import { problemsOf } from '../../support/modules.ts';

describe('options', () => {
  const called = (path: string, options: object) => (): void =>
    void (mount as (name: string, options: object) => unknown)(path, options);
  it.each([
    [
      '/x',
      {},
      ["type is missing, such as 'ext4' (or the option 'bind')", 'source is missing: what is to be mounted?'],
    ],
    [
      'x/../y',
      { type: 'tmpfs' },
      [
        "the path must be absolute, not 'x/../y'",
        "the path must not go up by '..': write the path that is meant",
      ],
    ],
    ['/x', { source: '/a', options: ['bind', 'bind'] }, ['options has one twice']],
    [
      '/x',
      { source: 'a', type: 'ext4', options: ['bind'] },
      ['a bind mount has no type: leave it out', "source must be absolute, not 'a'"],
    ],
    ['/x', { type: 'tmpfs', options: [] }, ['options must not be empty']],
    [
      '/x',
      { type: 'tmpfs', options: ['a,b', 'c d'] },
      [
        "options[0] must be one option, without blanks and commas, not 'a,b'",
        "options[1] must be one option, without blanks and commas, not 'c d'",
      ],
    ],
    [
      '/x',
      { type: 'tmpfs', source: '-o' },
      ["source must be a device, UUID=…, LABEL=…, host:/path or a folder, not '-o'"],
    ],
    ['/x', { type: 'tmpfs', persist: false, pass: 1 }, ['pass makes no sense with persist: false']],
    ['/x', { state: 'absent', type: 'ext4' }, ["type makes no sense with state: 'absent'"]],
    ['/x', { state: 'unmounted', type: 'ext4' }, ["type makes no sense with state: 'unmounted'"]],
    ['/', { state: 'absent' }, ['the root of the host cannot be unmounted']],
    [
      '/x',
      { type: 'tmpfs', dump: '1', pass: 3 },
      [
        "dump must be a whole number from 0 to 1, not '1'",
        'pass must be a whole number from 0 to 2, not the number 3',
      ],
    ],
  ] as const)('%s %j', async (path, options, expected) => {
    expect(await problemsOf(called(path, options))).toEqual(expected);
  });
});

const view = `awk '{ $1 = $2 = $3 = ""; print }' /proc/self/mountinfo | sort`;
const fstab = `printf '# <file system>\\nLABEL=old\\t/ ext4\\terrors=remount-ro  0 1\\n\\n  /dev/sr0 /media/cd iso9660 noauto 0 0\\n# end' >/etc/fstab`;

overlayLaw({
  'a file system in memory': {
    ground: fstab,
    declared: () =>
      void mount('/srv/cache here/one', {
        type: 'tmpfs',
        options: ['size=1m', 'mode=0750', 'nosuid', 'nofail'],
        pass: 0,
      }),
    there: {
      'findmnt -no FSTYPE,SIZE "/srv/cache here/one"': 'tmpfs    1M',
      'stat -c %a "/srv/cache here/one"': '750',
      'tail -n 2 /etc/fstab':
        '# end\ntmpfs /srv/cache\\040here/one tmpfs size=1m,mode=0750,nosuid,nofail 0 0',
      'head -n 4 /etc/fstab':
        '# <file system>\nLABEL=old\t/ ext4\terrors=remount-ro  0 1\n\n  /dev/sr0 /media/cd iso9660 noauto 0 0',
    },
    varied: () =>
      void mount('/srv/cache here/one', {
        type: 'tmpfs',
        options: ['size=2m', 'mode=0750', 'nosuid', 'nofail'],
        pass: 0,
      }),
    variation: /etc\/fstab$|cache\\040here/,
    drift: `umount "/srv/cache here/one"; sed -i 's/nosuid/suid/' /etc/fstab`,
    absent: () => void mount('/srv/cache here/one', { state: 'absent' }),
    gone: { '! grep -q cache /proc/self/mountinfo /etc/fstab': '' },
    view,
    traces: /^d \d+ \S+ srv$/,
  },
  'a bind mount': {
    ground: `${fstab}; mkdir -p /srv/real /srv/other; echo x >/srv/real/file; echo y >/srv/other/file`,
    declared: () => void mount('/srv/seen', { source: '/srv/real', options: ['bind', 'ro'] }),
    there: {
      'cat /srv/seen/file': 'x',
      'touch /srv/seen/file 2>/dev/null || echo read-only': 'read-only',
      'findmnt --fstab -no SOURCE,TARGET,FSTYPE,OPTIONS /srv/seen': '/srv/real /srv/seen none   bind,ro',
    },
    varied: () => void mount('/srv/seen', { source: '/srv/other', options: ['bind', 'ro'] }),
    variation: /etc\/fstab$|srv\/seen/,
    drift: 'mount -o remount,bind,rw /srv/seen; sed -i s/real/wrong/ /etc/fstab',
    absent: () => void mount('/srv/seen', { state: 'absent' }),
    gone: { '! grep -q seen /proc/self/mountinfo /etc/fstab': '' },
    view,
    traces: /^d \d+ \S+ srv$/,
  },
  'a line of fstab alone': {
    ground: fstab,
    declared: () =>
      void mount('/media/cd', {
        source: '/dev/cdrom',
        type: 'iso9660',
        options: ['noauto', 'ro'],
        state: 'present',
      }),
    there: { 'sed -n 4p /etc/fstab': '/dev/cdrom /media/cd iso9660 noauto,ro 0 0' },
    varied: () =>
      void mount('/media/cd', { source: '/dev/cdrom', type: 'iso9660', state: 'present', pass: 2 }),
    variation: /etc\/fstab$/,
    drift: `sed -i 's/cdrom/sr1/' /etc/fstab`,
    absent: () => void mount('/media/cd', { state: 'absent' }),
    gone: { 'grep -c cd /etc/fstab || :': '0' },
    view,
    traces: /^d \d+ \S+ srv$/,
  },
});
void OverlayHost;
