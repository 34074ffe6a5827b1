import { aptKey, aptRepository, debconf, pkg, rpmRepository } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import { armoredFingerprint, armoredKey } from '../armored-key.ts';
import type { Plays } from '../every-module.ts';

const sha256 = '00'.repeat(32);

export const plays: Plays = {
  packages: (as) => {
    const nginx = pkg('nginx');
    pkg(
      'web server',
      as({
        names: { debian: ['apache2', 'libc6:i386'], rhel: ['httpd'], default: ['apache'] },
        state: 'latest',
        hold: true,
        cacheAge: '1h',
        recommends: false,
        downgrade: true,
        conffiles: 'replace',
        lockTimeout: 60,
        cascade: true,
        when: nginx.changed,
      }),
    );
    pkg('postgresql-16', as({ version: '16.*', hold: false, cacheAge: 0, recommends: true, manager: 'apt' }));
    pkg('old', as({ names: ['telnet', 'perl(JSON)'], state: 'purged', autoremove: true, become: true }));
    aptKey('site', as({ content: armoredKey, fingerprint: armoredFingerprint }));
    aptKey('fetched', as({ url: "https://apt.example.org/it's.gpg", sha256, format: 'binary' }));
    aptKey('gone', as({ state: 'absent' }));
    aptRepository(
      'site',
      as({
        uris: ["https://apt.example.org/it's"],
        suites: ['stable', 'stable-updates'],
        components: ['main'],
        types: ['deb', 'deb-src'],
        architectures: ['amd64'],
        signedBy: '/etc/apt/keyrings/site.asc',
        enabled: false,
      }),
    );
    aptRepository('flat', as({ uris: ['file:/srv/debs'], suites: ['./'], trusted: true }));
    aptRepository('gone', as({ state: 'absent' }));
    rpmRepository(
      'site',
      as({
        description: "it's ours",
        baseurl: ['https://rpm.example.org/$releasever/'],
        mirrorlist: 'https://rpm.example.org/mirrors',
        metalink: 'https://rpm.example.org/metalink',
        gpgcheck: true,
        repoGpgcheck: false,
        gpgkey: 'file:///etc/pki/rpm-gpg/site',
        enabled: true,
        priority: 10,
        excludepkgs: ['kernel*'],
        includepkgs: ['a'],
        metadataExpire: 3600,
        sslverify: true,
        skipIfUnavailable: true,
        moduleHotfixes: true,
      }),
    );
    rpmRepository(
      'suse',
      as({
        manager: 'zypper',
        baseurl: 'https://rpm.example.org/leap/',
        gpgkey: ["https://rpm.example.org/it's.asc", 'file:///etc/pki/rpm-gpg/site'],
        repoGpgcheck: true,
      }),
    );
    rpmRepository('gone', as({ state: 'absent', manager: 'zypper' }));
    pkg('g++', as({ state: 'absent' }));
    pkg('zlib1g:i386', as({ version: '>=2.36, <3~' }));
    debconf(
      'postfix',
      as({
        answers: {
          'postfix/main_mailer_type': { type: 'select', value: "it's $HOME" },
          'postfix/mailname': 'mail.example.org',
          'postfix/destinations': ['a', 'b c'],
          'postfix/chattr': false,
        },
        seen: false,
      }),
    );
    debconf('slapd', as({ answers: { 'slapd/password1': secret('geheim') }, beforeInstall: true }));
    debconf('slapd', as({ state: 'absent', questions: ['slapd/domain'] }));
  },
};
