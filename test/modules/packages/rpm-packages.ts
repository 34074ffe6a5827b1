import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { afterAll } from 'vitest';
import { OverlayHost } from '../../support/overlay-host.ts';
import { onlyOnOverlay } from './local-repository.ts';
import { TestKey } from './test-key.ts';

const config = '%config(noreplace) /etc/tiny-app.conf';

/** A part of a spec file: a package without code. */
function part(name: string, fields: string, more = ''): string {
  return `%package -n ${name}
Summary: made for a test
${fields}
%description -n ${name}
made for a test
%files -n ${name}
${more}
`;
}

/** A spec file without a package of its own name. */
function spec(version: string, parts: string): string {
  return `Name: tiny-${version}
Version: ${version}
Release: 1
Summary: made for a test
License: none
BuildArch: noarch
%description
made for a test
${parts}
%install
mkdir -p %{buildroot}/etc
echo 'version = ${version}' >%{buildroot}/etc/tiny-app.conf
`;
}

const app = part('tiny-app', 'Requires: tiny-lib\nRecommends: tiny-extra', config);
const specs = {
  '1.0': spec(
    '1.0',
    [
      app,
      part(
        'tiny-release',
        'Provides: system-release = 9\nProvides: system-release(releasever) = 9\nProvides: /bin/sh',
      ),
      part('tiny-lib', ''),
      part('tiny-extra', ''),
      part('tiny-mta-a', 'Provides: tiny-mta = 1\nConflicts: tiny-mta-b'),
      part('tiny-mta-b', 'Provides: tiny-mta\nConflicts: tiny-mta-a'),
      `${part('tiny-broken', '')}%pre -n tiny-broken\n[ -e /root/mended ] || { echo this one is broken >&2; exit 1; }\n`,
      `${part('tiny-slow', '')}%pre -n tiny-slow\ntouch /root/tiny-slow-began; while [ ! -e /root/tiny-slow-may-end ]; do sleep 0.1; done\n`,
    ].join(''),
  ),
  '2.0': spec('2.0', app),
};

/** Repositories of tiny packages for what lives by rpm, in a folder that overlay hosts can see. */
export class RpmPackages {
  readonly folder = mkdtempSync('/var/tmp/tsplay-rpms-');

  /** Lets rpmbuild make them, and a key sign them. */
  static async build(key: TestKey): Promise<RpmPackages> {
    const made = new RpmPackages();
    chmodSync(made.folder, 0o755);
    const host = await OverlayHost.start(['managers']);
    for (const [version, text] of Object.entries(specs)) host.sh(`cat >/root/${version}.spec`, text);
    host.sh('gpg --batch -q --import', key.secret);
    host.sh(`cd /root && mkdir -p new old
for version in 1.0 2.0; do
  rpmbuild -bb --quiet --define '_rpmdir /root/new' --define '_build_name_fmt %%{NAME}-%%{VERSION}.rpm' $version.spec
done
rpmsign --define '__gpg /usr/bin/gpg' --define '_gpg_name ${key.fingerprint}' --addsign new/*.rpm >/dev/null 2>&1
cp new/*-1.0.rpm old
createrepo_c -q --no-database new
createrepo_c -q --no-database old`);
    const tar = host.sh('tar -C /root -c new old | base64');
    spawnSync('tar', ['-x', '-C', made.folder], { input: Buffer.from(tar, 'base64') });
    await host.close();
    return made;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Packages for the tests of a file, the key that signed them, and another key. They go with the tests. */
export async function signedRpms(): Promise<{ packages: RpmPackages; key: TestKey; other: TestKey }> {
  const [key, other] = [new TestKey('rsa2048'), new TestKey('rsa2048')];
  const packages = await RpmPackages.build(key);
  afterAll(() => {
    packages.remove();
    key.remove();
    other.remove();
  });
  return { packages, key, other };
}

/** Shell commands that make a host one that lives by rpm: the words of its os-release, and a database of packages. */
export function rpmGround(packages: RpmPackages, id: string, like: string): string {
  return `${onlyOnOverlay}
rm -f /etc/os-release
printf 'ID="%s"\\nID_LIKE="%s"\\nVERSION_ID="9"\\n' '${id}' '${like}' >/etc/os-release
rpm --initdb
rpm -i --nosignature ${packages.folder}/new/tiny-release-1.0.rpm 2>/dev/null`;
}

/** Packages as rpm tells of them. */
export const rpmView =
  "rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}\\n' | grep -v -e release -e pubkey | sort";

/** What rpm and what stands on it write down beside what they do. */
export const rpmTraces =
  /[ /](?:var\/(?:tmp|log|cache|lib\/(?:rpm|dnf|zypp|systemd))(?:\/| |$)|etc\/dnf\/plugins\/versionlock\.list$|etc\/zypp\/locks$)|^d \d+ \S+ (?:var|etc|usr)\/\S*$/;
