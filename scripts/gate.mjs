// The gate: format, lint, types, unused code, ShellCheck, tests. The same for a person and for CI.
// Needs Node and, on Debian as root, installs what else it needs; elsewhere it names it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const tools = {
  shellcheck: 'shellcheck',
  busybox: 'busybox-static',
  dash: 'dash',
  bash: 'bash',
  'ssh-keygen': 'openssh-client',
  '/usr/sbin/sshd': 'openssh-server',
  script: 'bsdutils',
  sudo: 'sudo',
  useradd: 'passwd',
};

function has(tool) {
  return tool.startsWith('/') ? existsSync(tool) : spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}

function install() {
  const missing = Object.entries(tools)
    .filter(([tool]) => !has(tool))
    .map(([, name]) => name);
  if (missing.length > 0) {
    if (process.getuid?.() !== 0 || !has('apt-get')) {
      throw new Error(`these Debian packages are needed: ${missing.join(' ')}`);
    }
    run('apt-get', ['update', '-q']);
    run('apt-get', ['install', '-qy', '--no-install-recommends', ...missing]);
  }
  const lock = 'node_modules/.package-lock.json';
  if (!existsSync(lock) || statSync(lock).mtimeMs < statSync('package-lock.json').mtimeMs) {
    // Not `npm ci`: it refuses a lock file that leaves out the native packages of other platforms.
    run('npm', ['install', '--no-save', '--no-audit', '--no-fund']);
  }
}

function run(command, args) {
  process.stdout.write(`\n> ${command} ${args.join(' ')}\n`);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) {
    process.stdout.write(`\ngate: ${command} ${args[0] ?? ''} failed\n`);
    process.exit(status ?? 1);
  }
}

const bin = (name) => `node_modules/.bin/${name}`;

install();
// First, since the playbooks import tsplay as its users do.
run(process.execPath, ['scripts/build.mjs']);
run(process.execPath, ['scripts/make-module-index.mjs', '--check']);
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
