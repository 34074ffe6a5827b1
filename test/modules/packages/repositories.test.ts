import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { aptKey, aptRepository, pkg, rpmRepository } from '../../../modules/index.ts';
import { readKeys } from '../../../modules/packages/openpgp.ts';
import { problemsOf } from '../../support/modules.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { overlayLaw } from '../../support/overlay-law.ts';
import { LocalRepository, onlyOnOverlay, view } from './local-repository.ts';
import { TestKey } from './test-key.ts';

const [key, other] = [new TestKey(), new TestKey('rsa2048')];
const repository = new LocalRepository();
writeFileSync(join(repository.folder, 'key.asc'), key.armored);
const sha256 = createHash('sha256').update(key.armored).digest('hex');
const url = `file://${repository.folder}/key.asc`;
afterAll(() => {
  repository.remove();
  key.remove();
  other.remove();
});

const site = { uris: ['https://apt.example.org/debian'], suites: ['stable'], components: ['main'] } as const;

overlayLaw({
  'an apt repository and its key': {
    declared: () => {
      aptKey('site', { content: key.armored, fingerprint: key.fingerprint });
      aptRepository('site', {
        ...site,
        architectures: ['amd64', 'arm64'],
        signedBy: '/etc/apt/keyrings/site.asc',
      });
    },
    there: {
      'cat /etc/apt/sources.list.d/site.sources': `# Managed by tsplay.
Types: deb
URIs: https://apt.example.org/debian
Suites: stable
Components: main
Architectures: amd64 arm64
Signed-By: /etc/apt/keyrings/site.asc`,
      [`apt-get --print-uris update | cut -d "'" -f 2 | grep example.org.*InRelease`]:
        'https://apt.example.org/debian/dists/stable/InRelease',
    },
    varied: () => {
      aptKey('site', { content: key.armored });
      aptRepository('site', { ...site, enabled: false, signedBy: '/etc/apt/keyrings/site.asc' });
    },
    variation: / etc\/apt\/sources\.list\.d\/site\.sources$|\/site\.sources$/,
    drift: 'echo x >>/etc/apt/sources.list.d/site.sources; rm /etc/apt/keyrings/site.asc',
    absent: () => {
      aptRepository('site', { state: 'absent' });
      aptKey('site', { state: 'absent' });
    },
    gone: { 'ls /etc/apt/sources.list.d /etc/apt/keyrings | grep site || echo none': 'none' },
    traces: / etc\/apt(?:\/\S+)?$/m,
  },
  'a key that the host fetches': {
    declared: () => void aptKey('site', { url, sha256 }),
    there: { 'gpg --show-keys --with-colons /etc/apt/keyrings/site.asc 2>/dev/null | grep -c ^fpr': '1' },
    ground: `${onlyOnOverlay}\nrm -rf /etc/apt/keyrings; echo old >/root/old`,
    varied: () =>
      void aptKey('site', {
        url: `file:/root/old`,
        sha256: createHash('sha256').update('old\n').digest('hex'),
        format: 'binary',
      }),
    variation: /site\.(?:asc|gpg)$/,
    drift: 'echo more >>/etc/apt/keyrings/site.asc',
    absent: () => void aptKey('site', { state: 'absent' }),
    traces: / (?:etc\/apt|root\/\.gnupg.*|var\/cache.*)$|\.gnupg/,
  },
  'a repository of dnf': {
    ground: 'mkdir -p /etc/yum.repos.d',
    declared: () =>
      void rpmRepository('site', {
        baseurl: ['https://a.example.org/$basearch/', 'https://b.example.org/'],
        gpgkey: 'file:///etc/pki/rpm-gpg/site',
      }),
    there: {
      'cat /etc/yum.repos.d/site.repo':
        '# Managed by tsplay.\n[site]\nname=site\nbaseurl=https://a.example.org/$basearch/ https://b.example.org/\nenabled=1\ngpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/site',
    },
    varied: () =>
      void rpmRepository('site', {
        metalink: 'https://a.example.org/',
        gpgcheck: false,
        priority: 10,
        excludepkgs: ['a', 'b*'],
      }),
    variation: /site\.repo$/,
    drift: 'rm /etc/yum.repos.d/site.repo',
    absent: () => void rpmRepository('site', { state: 'absent' }),
    gone: { 'ls /etc/yum.repos.d': '' },
    traces: / etc\/yum\.repos\.d$/,
  },
});

it('brings the index up to date for what a signed repository has', async () => {
  const host = await OverlayHost.start();
  host.sh(
    `${onlyOnOverlay}
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/*; apt-get update; touch /var/lib/apt/periodic/update-success-stamp`,
  );
  repository.sign('new', key);
  const body = (): void => {
    aptKey('tiny', { content: key.armored });
    aptRepository('tiny', {
      uris: [`file:${repository.folder}/new`],
      suites: ['./'],
      signedBy: '/etc/apt/keyrings/tiny.asc',
    });
    pkg('tiny-app', { recommends: false });
  };
  expect((await host.run('dash', body, { mode: 'check' })).told).toEqual(['changed', 'changed', 'unknown']);
  expect((await host.run('dash', body)).told).toEqual(['changed', 'changed', 'changed']);
  expect(host.sh(view)).toContain('tiny-app 2.0-1 ii');
  expect((await host.run('dash', body)).told).toEqual(['ok', 'ok', 'ok']);
  await host.close();
});

it('reads keys as gpg does', () => {
  for (const one of [key, other]) expect(readKeys(one.armored)).toEqual({ fingerprints: [one.fingerprint] });
  expect(readKeys(`${key.armored}\n${other.armored}`)).toEqual({
    fingerprints: [key.fingerprint, other.fingerprint],
  });
  expect(readKeys(key.secret)).toHaveProperty('problem', expect.stringContaining('PRIVATE KEY'));
  const lines = key.armored.split('\n');
  const damaged = lines.map((line, index) =>
    index === 3 ? line.replace(/^./, (one) => (one === 'A' ? 'B' : 'A')) : line,
  );
  expect(readKeys(damaged.join('\n'))).toEqual({ problem: 'its key is damaged' });
  for (const text of ['', 'x', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----'])
    expect(readKeys(text)).toHaveProperty('problem');
});

it('says all that is wrong before anything is connected to', async () => {
  const wrong = async (body: () => void): Promise<string> => (await problemsOf(body)).join('\n');
  expect(await wrong(() => void aptKey('a/b', { content: 'x', url: 'x', fingerprint: 'abc' } as never)))
    .toMatchInlineSnapshot(`
    "url must be a URL such as 'https://example.org/key.asc', not 'x'
    fingerprint must be a fingerprint of 40 or 64 hexadecimal digits, not 'abc'
    the name must be at most 200 letters, digits, _, - and dots between them, not 'a/b'
    content and url exclude each other
    url needs sha256, the digest of what is fetched
    fingerprint is looked at here, so it makes no sense with url; sha256 says which key it is"
  `);
  expect(
    await wrong(() => void aptKey('k', { content: key.armored, fingerprint: [other.fingerprint] })),
  ).toContain('has no key');
  expect(await wrong(() => void aptKey('k', { content: key.secret }))).toContain('PRIVATE');
  expect(await wrong(() => void aptKey('k', { url: 'https://example.org' } as never))).toMatchInlineSnapshot(
    `"url needs sha256, the digest of what is fetched"`,
  );
  expect(await wrong(() => void aptRepository('../x', { uris: [], suites: ['a b'], signedBy: 'key' })))
    .toMatchInlineSnapshot(`
    "uris must not be empty
    suites[0] must be a suite such as 'bookworm', not 'a b'
    signedBy must be absolute, not 'key'
    the name must be at most 200 letters, digits, _, - and dots between them, not '../x'
    components are missing, such as ['main']"
  `);
  expect(
    await wrong(
      () =>
        void aptRepository('x', {
          uris: ['https://a/\nTrusted: yes'],
          suites: ['a/'],
          components: ['main'],
          trusted: true,
          signedBy: '/a',
        }),
    ),
  ).toMatchInlineSnapshot(`
    "uris[0] must be a URI such as 'https://deb.debian.org/debian', not 'https://a/\\u000aTrusted: yes'
    components make no sense with a suite that is a path: 'a/'
    trusted and signedBy exclude each other"
  `);
  expect(await wrong(() => void rpmRepository('x', { gpgkey: 'key', priority: 0 }))).toMatchInlineSnapshot(`
    "gpgkey must be a URL such as 'https://example.org/el9/$basearch/', not 'key'
    priority must be a whole number from 1 to 99, not the number 0
    give baseurl, mirrorlist or metalink (or say state: 'absent')"
  `);
  expect(
    await wrong(
      () =>
        void rpmRepository('x', {
          manager: 'zypper',
          baseurl: 'https://a',
          excludepkgs: ['a'],
          skipIfUnavailable: true,
        }),
    ),
  ).toMatchInlineSnapshot(`
    "excludepkgs is nothing that zypper knows
    skipIfUnavailable is nothing that zypper knows"
  `);
  expect(
    await wrong(() => void rpmRepository('x', { state: 'absent', baseurl: 'https://a' } as never)),
  ).toMatchInlineSnapshot(`"baseurl makes no sense with state: 'absent'"`);
});
