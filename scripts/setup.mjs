// What a fresh machine needs before anything of this checkout can run: Debian packages and npm packages.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

/** Runs a command that shows what it does; ends this process where it fails. */
export function run(command, args) {
  process.stdout.write(`\n> ${command} ${args.join(' ')}\n`);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) {
    process.stdout.write(`\n${command} ${args[0] ?? ''} failed\n`);
    process.exit(status ?? 1);
  }
}

function has(tool) {
  return tool.startsWith('/') ? existsSync(tool) : spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}

/** Installs the Debian packages of tools that are missing, as root; else names them. */
export function installTools(tools) {
  const missing = Object.entries(tools)
    .filter(([tool]) => !has(tool))
    .map(([, name]) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    throw new Error(`these Debian packages are needed: ${missing.join(' ')}`);
  }
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-qy', '--no-install-recommends', ...missing]);
}

/** Installs what package.json names, where that has not been done since it changed. */
export function installPackages() {
  const lock = 'node_modules/.package-lock.json';
  if (existsSync(lock) && statSync(lock).mtimeMs >= statSync('package-lock.json').mtimeMs) return;
  // Not `npm ci`: it refuses a lock file that leaves out the native packages of other platforms.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund']);
}
