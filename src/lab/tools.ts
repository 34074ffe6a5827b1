import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { labError } from '../errors/lab.ts';
import { KEYRING } from './recipe.ts';
import { attempt, run } from './run-command.ts';
import { QEMU } from './qemu.ts';
import type { Tell } from './tell.ts';

/** A command or file that the lab needs, and the Debian package that has it. */
interface Tool {
  readonly file: string;
  readonly package: string;
}

/** What running guests needs. */
export const RUN_TOOLS: readonly Tool[] = [
  { file: QEMU, package: 'qemu-system-x86' },
  { file: 'ssh', package: 'openssh-client' },
  { file: 'flock', package: 'util-linux' },
  { file: 'setpriv', package: 'util-linux' },
];

/** What building needs beside {@link RUN_TOOLS}. */
export const BUILD_TOOLS: readonly Tool[] = [
  { file: 'debootstrap', package: 'debootstrap' },
  { file: KEYRING, package: 'debian-archive-keyring' },
  { file: 'unshare', package: 'util-linux' },
  { file: 'ssh-keygen', package: 'openssh-client' },
  { file: 'mke2fs', package: 'e2fsprogs' },
  { file: 'cpio', package: 'cpio' },
];

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Debian's users have no sbin on their PATH, where mke2fs and debootstrap are. */
const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The environment for the tools: sbin on PATH, messages in English, no questions. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const PATH = [...(process.env['PATH'] ?? '').split(delimiter), ...SBIN].join(delimiter);
  return { ...process.env, PATH, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
}

async function exists(file: string): Promise<boolean> {
  const folders = file.startsWith('/') ? ['/'] : (toolEnvironment()['PATH'] ?? '').split(delimiter);
  const mode = file.startsWith('/') ? constants.R_OK : constants.X_OK;
  const found = await Promise.allSettled(folders.map((folder) => access(join(folder, file), mode)));
  return found.some(({ status }) => status === 'fulfilled');
}

/** The packages of those tools that are not here. */
export async function missingPackages(tools: readonly Tool[]): Promise<readonly string[]> {
  const missing = new Set<string>();
  for (const tool of tools) if (!(await exists(tool.file))) missing.add(tool.package);
  return [...missing];
}

/** Installs what is missing where we may, else says what to install and how. */
export async function ensureTools(tools: readonly Tool[], tell: Tell): Promise<void> {
  const packages = await missingPackages(tools);
  if (packages.length === 0) return;
  if (!isRoot() || !(await exists('apt-get'))) {
    const command = `sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`;
    throw labError('lab-tools-missing', { missing: packages, command });
  }
  tell(`Installing ${packages.join(', ')}`);
  const env = toolEnvironment();
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  // The package lists may be old or not there at all; they are fetched only if that matters.
  if ((await attempt(install, { env })).code === 0) return;
  await run(['apt-get', 'update'], { env });
  await run(install, { env });
}
