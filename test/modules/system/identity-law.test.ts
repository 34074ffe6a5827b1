import { expect, it } from 'vitest';
import { hostname, locale, timezone } from '../../../modules/index.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { overlayLaw } from '../../support/overlay-law.ts';

overlayLaw({
  'the name of the host': {
    ground:
      'printf old >/proc/sys/kernel/hostname; echo old >/etc/hostname; printf "127.0.0.1 localhost\\n::1 localhost\\n" >/etc/hosts',
    declared: () => void hostname('web1.example.org', { hosts: true }),
    there: {
      'uname -n; cat /etc/hostname /etc/hosts':
        'web1.example.org\nweb1.example.org\n127.0.0.1 localhost\n127.0.1.1\tweb1.example.org web1\n::1 localhost',
    },
    varied: () => void hostname('web2', { hosts: true }),
    variation: /etc\/hostname$|etc\/hosts$|^web/,
    drift: 'printf x >/proc/sys/kernel/hostname; rm /etc/hostname; sed -i /127.0.1.1/d /etc/hosts',
    view: 'uname -n',
  },
  'the time zone': {
    ground: 'ln -sf ../usr/share/zoneinfo/Etc/UTC /etc/localtime; echo Etc/UTC >/etc/timezone',
    declared: () => void timezone('Europe/Berlin'),
    there: {
      'date -d @0 +%Z; cat /etc/timezone; readlink /etc/localtime':
        'CET\nEurope/Berlin\n/usr/share/zoneinfo/Europe/Berlin',
    },
    varied: () => void timezone('Asia/Tokyo'),
    variation: /etc\/(localtime|timezone)|zoneinfo/,
    drift: 'rm /etc/localtime; echo x >/etc/timezone',
  },
  'the time zone of a host with a copy of it': {
    ground: 'rm -f /etc/timezone /etc/localtime; cp /usr/share/zoneinfo/Asia/Tokyo /etc/localtime',
    declared: () => void timezone('Europe/Berlin'),
    there: { 'date -d @0 +%Z; test -e /etc/timezone || echo none': 'CET\nnone' },
    varied: () => void timezone('Asia/Tokyo'),
    variation: /etc\/localtime/,
    drift: 'cp --remove-destination /usr/share/zoneinfo/Asia/Tokyo /etc/localtime',
  },
  // Encodings of few characters: one of UTF-8 takes four times as long to make.
  'locales, one of them the default': {
    ground: 'sed -i s/x/x/ /etc/default/locale /etc/locale.gen',
    declared: () => {
      locale('en_DK.ISO-8859-1', { default: true });
      locale('eo.ISO-8859-3');
    },
    there: {
      "LC_ALL=eo.ISO-8859-3 locale charmap; locale -a | grep e; grep '^[a-z]' /etc/locale.gen; grep LANG= /etc/default/locale":
        'ISO-8859-3\nen_DK.iso88591\neo.iso88593\nen_DK.ISO-8859-1 ISO-8859-1\neo.ISO-8859-3 ISO-8859-3\nLANG=en_DK.ISO-8859-1',
    },
    varied: () => {
      locale('en_DK.ISO-8859-1');
      locale('eo.ISO-8859-3', { default: true });
    },
    variation: /etc\/default\/locale/,
    drift:
      "sed -i '/^eo/d' /etc/locale.gen; localedef --delete-from-archive en_DK.iso88591; sed -i s/^LANG=.*/LANG=C/ /etc/default/locale",
    absent: () => void locale('eo.ISO-8859-3', { state: 'absent' }),
    gone: { 'locale -a | grep -c eo || :': '0' },
    // How an archive is laid out inside depends on what has been in it.
    traces: /locale-archive|usr\/lib(\/locale)?$|etc\/locale\.gen/,
    view: "grep '^[a-z]' /etc/locale.gen; locale -a",
  },
});

it('makes a locale of UTF-8, by the line that stands in a comment', async () => {
  const host = await OverlayHost.start();
  const before = host.sh('grep -n en_DK.UTF-8 /etc/locale.gen; wc -l </etc/locale.gen');
  const body = (): void => void locale('en_DK.UTF-8');
  expect((await host.run('dash', body, { mode: 'check' })).told).toEqual(['changed']);
  const { name, told } = await host.run('dash', body);
  expect(told).toEqual(['changed']);
  expect((await host.run('dash', body)).told).toEqual(['ok']);
  const after = host.sh('grep -n en_DK.UTF-8 /etc/locale.gen; wc -l </etc/locale.gen');
  expect(after).toBe(before.replace('# ', ''));
  expect(host.sh('LC_ALL=en_DK.UTF-8 locale charmap')).toBe('UTF-8');
  host.undo('dash', name);
  expect(host.sh('locale -a')).not.toContain('en_DK');
  await host.close();
});
