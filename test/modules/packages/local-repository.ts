import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  linkSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TestKey } from './test-key.ts';

/** What a tiny package is made of: fields of its control file, and its files. */
interface TinyPackage {
  readonly name: string;
  readonly version?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly postinst?: string;
}

const packages: readonly TinyPackage[] = [
  { name: 'tiny-lib' },
  ...['1.0-1', '2.0-1'].map((version) => ({
    name: 'tiny-app',
    version,
    fields: { Depends: 'tiny-lib', Recommends: 'tiny-extra' },
    files: {
      'etc/tiny-app.conf': `version = ${version}\n`,
      'usr/share/tiny-app/version': version,
      'DEBIAN/conffiles': '/etc/tiny-app.conf\n',
    },
  })),
  { name: 'tiny-extra' },
  { name: 'tiny-mta-a', fields: { Provides: 'tiny-mta (= 1)', Conflicts: 'tiny-mta-b' } },
  { name: 'tiny-mta-b', fields: { Provides: 'tiny-mta', Conflicts: 'tiny-mta-a' } },
  {
    name: 'tiny-daemon',
    fields: { Depends: 'tiny-lib' },
    files: {
      'usr/lib/systemd/system/tiny-daemon.service':
        '[Unit]\nDescription=Tiny\n[Service]\nExecStart=/bin/sleep 100000\n[Install]\nWantedBy=multi-user.target\n',
    },
  },
  {
    name: 'tiny-ask',
    files: {
      'DEBIAN/templates': `Template: tiny-ask/name
Type: string
Default: nobody
Description: name

Template: tiny-ask/kind
Type: select
Choices: a, b, c
Default: a
Description: kind

Template: tiny-ask/password
Type: password
Description: password
`,
      'DEBIAN/config': `#!/bin/sh
. /usr/share/debconf/confmodule
for one in name kind password; do db_input high tiny-ask/$one || :; done
db_go || :
`,
    },
    // As it should be: a password is forgotten once it has been used.
    postinst: `. /usr/share/debconf/confmodule
for one in name kind password; do db_get tiny-ask/$one; printf '%s\n' "$RET"; done >/etc/tiny-ask
db_set tiny-ask/password ''
db_stop`,
  },
  { name: 'tiny-slow', postinst: 'sleep 3; echo done >/root/tiny-slow-was-here' },
  { name: 'tiny-broken', postinst: 'test -e /root/mended || { echo this one is broken >&2; exit 1; }' },
];

/** What begins each ground that takes something of the system away: nowhere but on an overlay. */
export const onlyOnOverlay = `set -e
[ "$(stat -f -c %T /)" = overlayfs ] || { echo 'this is no overlay' >&2; exit 1; }`;

// Of the packages of this machine dpkg knows no others than its own any more, which need nothing: apt and dpkg read all
// that there are at each call, and that is a multiple of what they do with a tiny one.
const fewPackages = `awk 'BEGIN { RS = ""; FS = "\\n"; ORS = "\\n" }
/(^|\\n)Essential: yes/ || /^Package: (apt|debconf)\\n/ {
  for (n = 1; n <= NF; n++) if ($n !~ /^(Pre-)?(Depends|Recommends|Suggests|Breaks|Conflicts):/) print $n
  print ""
}' /var/lib/dpkg/status >/var/lib/dpkg/status.few
mv /var/lib/dpkg/status.few /var/lib/dpkg/status`;

/** A repository of tiny packages for apt, in a folder that overlay hosts can see. */
export class LocalRepository {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync('/var/tmp/tsplay-packages-');
    chmodSync(this.folder, 0o755);
    for (const one of packages) this.#build(one);
    // What apt reads: with the newest versions, and as it was before these came.
    for (const [name, chosen] of [
      ['new', () => true],
      ['old', (file: string) => !file.includes('_2.0-')],
    ] as const) {
      mkdirSync(join(this.folder, name));
      const files = readdirSync(this.folder).filter((file) => file.endsWith('.deb'));
      const stanzas = files.filter(chosen).map((file) => this.#stanza(file));
      writeFileSync(join(this.folder, name, 'Packages'), stanzas.join('\n'));
      for (const file of files) linkSync(join(this.folder, file), join(this.folder, name, file));
    }
  }

  /** Shell commands that make it the only repository of a host, and fetch its index. */
  ground(which: 'old' | 'new' = 'new'): string {
    return `${onlyOnOverlay}
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/* /var/lib/apt/periodic/*
${fewPackages}
${this.use(which)}
apt-get -q update >/dev/null
touch /var/lib/apt/periodic/update-success-stamp`;
  }

  /** A shell command that says which of the two is used. */
  use(which: 'old' | 'new'): string {
    return `echo 'deb [trusted=yes] file:${this.folder}/${which} ./' >/etc/apt/sources.list.d/tiny.list`;
  }

  /** Lets a key sign one of the two. */
  sign(which: 'old' | 'new', key: TestKey): void {
    const [folder, release] = [join(this.folder, which), join(this.folder, which, 'Release')];
    const bytes = readFileSync(join(folder, 'Packages'));
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(
      release,
      `Date: ${new Date().toUTCString()}\nSHA256:\n ${digest} ${bytes.length} Packages\n`,
    );
    key.gpg('--clearsign', '-o', join(folder, 'InRelease'), release);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #build({ name, version = '1.0-1', fields = {}, files = {}, postinst }: TinyPackage): void {
    const tree = join(this.folder, `${name}_${version}`);
    const control = {
      Package: name,
      Version: version,
      Architecture: 'all',
      Maintainer: 'Nobody <nobody@example.org>',
      Description: 'made for a test',
      ...fields,
    };
    const all: Readonly<Record<string, string>> = {
      ...files,
      [`usr/share/doc/${name}/version`]: version,
      'DEBIAN/control': Object.entries(control)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join(''),
      ...(postinst === undefined ? {} : { 'DEBIAN/postinst': `#!/bin/sh\n${postinst}\n` }),
    };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(join(tree, path, '..'), { recursive: true });
      writeFileSync(join(tree, path), text, { mode: /inst$|config$/.test(path) ? 0o755 : 0o644 });
    }
    execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', tree, `${tree}_all.deb`]);
    rmSync(tree, { recursive: true });
  }

  #stanza(file: string): string {
    const path = join(this.folder, file);
    const fields = execFileSync('dpkg-deb', ['-f', path], { encoding: 'utf8' });
    const bytes = readFileSync(path);
    const digest = createHash('sha256').update(bytes).digest('hex');
    return `${fields}Filename: ./${file}\nSize: ${bytes.length}\nSHA256: ${digest}\n`;
  }
}

/** What apt and dpkg write down beside what they do. */
export const bookkeeping =
  /[ /]var\/(?:log|cache|lib\/dpkg|lib\/apt)(?:\/| |$)|d \d+ \S+ usr\/share(?:\/doc)?$/;

/** Packages as dpkg tells of them, and what is marked. */
export const view = `dpkg-query -W -f '\${Package} \${Version} \${db:Status-Abbrev}\\n' 'tiny-*' 2>/dev/null | grep -v ' un' ; apt-mark showhold; apt-mark showauto | sed -n '/^tiny/s/$/ auto/p'; echo end`;
