import { hostname, locale, timezone } from '../../../modules/index.ts';
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
  'locales, one of them the default': {
    ground: 'sed -i s/x/x/ /etc/default/locale /etc/locale.gen',
    declared: () => {
      locale('en_DK.UTF-8', { default: true });
      locale('eo.UTF-8');
    },
    there: {
      "LC_ALL=eo.UTF-8 locale charmap; locale -a | grep e; grep '^[a-z]' /etc/locale.gen; grep LANG= /etc/default/locale":
        'UTF-8\nen_DK.utf8\neo.utf8\nen_DK.UTF-8 UTF-8\neo.UTF-8 UTF-8\nLANG=en_DK.UTF-8',
    },
    varied: () => {
      locale('en_DK.UTF-8');
      locale('eo.UTF-8', { default: true });
    },
    variation: /etc\/default\/locale/,
    drift:
      "sed -i '/^eo/d' /etc/locale.gen; localedef --delete-from-archive en_DK.utf8; sed -i s/^LANG=.*/LANG=C/ /etc/default/locale",
    absent: () => void locale('eo.UTF-8', { state: 'absent' }),
    gone: { 'locale -a | grep -c eo || :': '0' },
    // How an archive is laid out inside depends on what has been in it.
    traces: /locale-archive|usr\/lib(\/locale)?$|etc\/locale\.gen/,
    view: "grep '^[a-z]' /etc/locale.gen; locale -a",
  },
});
