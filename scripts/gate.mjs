// The gate: format, lint, types, unused code, ShellCheck, tests. The same for a person and for CI.
// Needs Node and, on Debian as root, installs what else it needs; elsewhere it names it.
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installPackages, installTools, run } from './setup.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const tools = {
  shellcheck: 'shellcheck',
  busybox: 'busybox-static',
  dash: 'dash',
  bash: 'bash',
  'ssh-keygen': 'openssh-client',
  '/usr/sbin/sshd': 'openssh-server',
  script: 'bsdutils',
  sudo: 'sudo',
  doas: 'opendoas',
  useradd: 'passwd',
  ps: 'procps',
  ip: 'iproute2',
  iptables: 'iptables',
  nft: 'nftables',
  ipset: 'ipset',
  unshare: 'util-linux',
  fish: 'fish',
  zsh: 'zsh',
  tcsh: 'tcsh',
  age: 'age',
  strace: 'strace',
  'ansible-inventory': 'ansible-core',
  chromium: 'chromium',
  xmllint: 'libxml2-utils',
  'dpkg-deb': 'dpkg',
  gpgconf: 'gnupg',
  crontab: 'cron',
  mawk: 'mawk',
  gawk: 'gawk',
  git: 'git',
  curl: 'curl',
  wget: 'wget',
  zip: 'zip',
  unzip: 'unzip',
  xz: 'xz-utils',
  bzip2: 'bzip2',
  zstd: 'zstd',
  chattr: 'e2fsprogs',
  'locale-gen': 'locales',
  podman: 'podman',
  crun: 'crun',
  '/usr/share/zoneinfo/Etc/UTC': 'tzdata',
};

const bin = (name) => `node_modules/.bin/${name}`;

installTools(tools);
installPackages();
// For tests of package managers, of OpenRC and of docker's command line: 60 MB of Debian packages, unpacked once on a
// machine.
run(process.execPath, ['scripts/host-layers.mjs']);
// First, since the playbooks import tsplay as its users do.
run(process.execPath, ['scripts/build.mjs']);
// Where the lab has not been built, that takes as long as the tests that need none; so both are done at once. The
// lab's tests wait for it, and tell what kept it from being built.
spawn(process.execPath, ['dist/src/cli/main.js', 'lab', 'build'], { stdio: 'ignore' }).unref();
run(process.execPath, ['scripts/make-module-index.mjs', '--check']);
run(process.execPath, ['scripts/make-docs.mjs', '--check']);
run(bin('oxfmt'), ['--check']);
run(bin('oxlint'), ['--type-aware', '--deny-warnings']);
run(bin('tsc'), ['-p', 'tsconfig.json']);
run(bin('knip'), []);
const scripts = execFileSync('git', ['ls-files', '*.sh'], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter(Boolean);
run('shellcheck', ['-s', 'sh', '-e', 'SC2034,SC2153,SC2154,SC2015', ...scripts]);
run(bin('vitest'), ['run', ...process.argv.slice(2)]);
