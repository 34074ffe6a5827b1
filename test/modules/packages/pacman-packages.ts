import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { onlyOnOverlay } from './local-repository.ts';

type Fields = Readonly<Record<string, string>>;

interface TinyPackage {
  readonly name: string;
  readonly version?: string;
  /** As .PKGINFO names them. */
  readonly fields?: Fields;
  readonly files?: Fields;
}

const app = { name: 'tiny-app', fields: { depend: 'tiny-lib', backup: 'etc/tiny-app.conf' } };
const packages: readonly TinyPackage[] = [
  { ...app, version: '1.0-1', files: { 'etc/tiny-app.conf': 'version = 1.0\n' } },
  { ...app, version: '2.0-1', files: { 'etc/tiny-app.conf': 'version = 2.0\n' } },
  { name: 'tiny-lib' },
  { name: 'tiny-extra' },
  { name: 'tiny-mta-a', fields: { provides: 'tiny-mta=1', conflict: 'tiny-mta-b' } },
  { name: 'tiny-mta-b', fields: { provides: 'tiny-mta', conflict: 'tiny-mta-a' } },
  {
    name: 'tiny-slow',
    files: {
      '.INSTALL':
        'pre_install() { touch /root/tiny-slow-began; while [ ! -e /root/tiny-slow-may-end ]; do sleep 0.1; done; }\n',
    },
  },
  { name: 'tiny-broken' },
];

/** How the index calls the fields that both have. */
const inIndex: Fields = { depend: 'DEPENDS', provides: 'PROVIDES', conflict: 'CONFLICTS' };

/** Repositories of tiny packages for pacman, in a folder that overlay hosts can see. */
export class PacmanPackages {
  readonly folder = mkdtempSync('/var/tmp/tsplay-pacman-');

  constructor() {
    chmodSync(this.folder, 0o755);
    const made = packages.map((one) => ({ ...one, ...this.#build(one) }));
    for (const [name, version] of [
      ['new', '2.0-1'],
      ['old', '1.0-1'],
    ] as const) {
      const index = join(this.folder, `${name}.index`);
      mkdirSync(join(this.folder, name));
      for (const one of made) {
        linkSync(join(this.folder, one.file), join(this.folder, name, one.file));
        if (one.name !== 'tiny-app' || one.version === version)
          write(index, `${one.file.slice(0, -'-any.pkg.tar.zst'.length)}/desc`, one.desc);
      }
      execFileSync('tar', ['-C', index, '-czf', join(this.folder, name, 'tiny.db'), ...readdirSync(index)]);
      rmSync(index, { recursive: true });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** A shell command that says which of the two is used. Of two indexes pacman only fetches the younger one. */
  use(which: 'old' | 'new'): string {
    return `printf '[options]\\nArchitecture = auto\\nSigLevel = Never\\n[tiny]\\nServer = file://${this.folder}/${which}\\n' >/etc/pacman.conf
touch -d ${which === 'old' ? 'yesterday' : 'now'} ${this.folder}/${which}/tiny.db`;
  }

  /** Shell commands that make a host one of Arch Linux. */
  ground(which: 'old' | 'new'): string {
    return `${onlyOnOverlay}
rm -f /etc/os-release
printf 'ID=arch\\n' >/etc/os-release
${this.use(which)}
pacman -Sy >/dev/null`;
  }

  #build({ name, version = '1.0-1', fields = {}, files = {} }: TinyPackage): {
    readonly file: string;
    readonly desc: string;
  } {
    const tree = join(this.folder, `${name}-${version}`);
    const file = `${name}-${version}-any.pkg.tar.zst`;
    const info = { pkgname: name, pkgbase: name, pkgver: version, arch: 'any', size: '1', ...fields };
    write(
      tree,
      '.PKGINFO',
      lines(info, ([key, value]) => `${key} = ${value}\n`),
    );
    write(tree, `usr/share/${name}/version`, version);
    for (const [path, text] of Object.entries(files)) write(tree, path, text);
    // Its scripts must come first.
    const parts = [
      ...new Set(['.PKGINFO', ...Object.keys(files), 'usr'].map((path) => path.replace(/\/.*/, ''))),
    ];
    execFileSync('tar', [
      '-C',
      tree,
      '--zstd',
      '--owner=0',
      '--group=0',
      '-cf',
      join(this.folder, file),
      ...parts,
    ]);
    rmSync(tree, { recursive: true });
    const bytes = readFileSync(join(this.folder, file));
    const desc = {
      FILENAME: file,
      NAME: name,
      VERSION: version,
      CSIZE: String(bytes.length),
      SHA256SUM: createHash('sha256').update(bytes).digest('hex'),
      ARCH: 'any',
      ...Object.fromEntries(
        Object.entries(fields).flatMap(([key, value]) =>
          inIndex[key] === undefined ? [] : [[inIndex[key], value]],
        ),
      ),
    };
    return { file, desc: lines(desc, ([key, value]) => `%${key}%\n${value}\n\n`) };
  }
}

function lines(fields: Fields, line: (field: [string, string]) => string): string {
  return Object.entries(fields).map(line).join('');
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
