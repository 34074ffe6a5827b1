import { play, secret } from 'tsplay';
import { aptKey, aptRepository, debconf, pkg, rpmRepository } from 'tsplay/modules';

export default play('Packages', { hosts: 'all', become: true }, () => {
  aptKey('site', { source: 'keys/site.asc', fingerprint: '9DC858229FC7DD38854AE2D88D81803C0EBFCD88' });
  aptKey('other', { url: 'https://apt.example.org/key.gpg', sha256: '00'.repeat(32), format: 'binary' });
  aptKey('gone', { state: 'absent' });
  aptRepository('site', {
    uris: ['https://apt.example.org/debian'],
    suites: ['bookworm'],
    components: ['main'],
    signedBy: '/etc/apt/keyrings/site.asc',
  });
  rpmRepository('site', { baseurl: 'https://rpm.example.org/$basearch/', gpgcheck: true });
  rpmRepository('gone', { state: 'absent', manager: 'zypper' });
  pkg('nginx');
  debconf('slapd', {
    answers: {
      'slapd/domain': 'example.org',
      'slapd/backend': { type: 'select', value: 'MDB' },
      'slapd/no_configuration': false,
      'slapd/password1': secret('x'),
    },
    beforeInstall: true,
  });
  debconf('slapd', { state: 'absent', questions: ['slapd/domain'] });
  pkg('web server', { names: { debian: ['apache2'], rhel: ['httpd', 'mod_ssl'] }, cacheAge: '1h' });
  pkg('postgresql-16', { version: '16.4-*', hold: true, cacheAge: 3600 });
  pkg('old', { names: ['telnet', 'rsh-client'], state: 'purged', autoremove: true });
});
