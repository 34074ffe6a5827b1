import { chmod, copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { downloadKernel } from './apt.ts';
import { GUEST_FILES, initScript } from './guest-files.ts';
import {
  ACCOUNTS,
  BOOT_MODULES,
  DISABLED_UNITS,
  DISK_MIB,
  GUEST_PACKAGES,
  MASKED_GENERATORS,
  MASKED_UNITS,
  REMOVED,
  SUITE,
} from './recipe.ts';
import { run, TIED } from './run-command.ts';
import { toolEnvironment } from './tools.ts';

/** Names of the files of a built image, within its folder. */
export const IMAGE_FILES = { key: 'key', hostKey: 'host-key.pub', state: 'state', disk: 'disk' } as const;

async function put(path: string, mode: number, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await chmod(path, mode);
}

/**
 * Unpacks and configures the guests' packages into `root`. In namespaces of its own: whatever is mounted below
 * `root` meanwhile goes away with the process, however it ends; and debootstrap, which cannot work at a path
 * with a space in it, sees it as /mnt.
 */
export async function bootstrap(root: string, mirrorUri: string, env: NodeJS.ProcessEnv): Promise<void> {
  const apart = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const mounted = ['sh', '-c', 'mount --bind "$1" /mnt && shift && exec "$@"', 'sh', root];
  const include = `--include=${GUEST_PACKAGES.join(',')}`;
  const debootstrap = ['debootstrap', '--arch=amd64', '--variant=minbase', include, SUITE, '/mnt', mirrorUri];
  await run([...TIED, ...apart, ...mounted, ...debootstrap], { env, name: 'debootstrap' });
}

/** Puts kernel and initramfs beside `root` and the kernel's modules into it. */
export async function installKernel(root: string, folder: string, mirrorUri: string): Promise<void> {
  const env = toolEnvironment();
  const apt = join(folder, 'apt');
  const unpacked = join(folder, 'kernel-package');
  await mkdir(apt);
  await run(['dpkg-deb', '--extract', await downloadKernel(apt, mirrorUri), unpacked], { env });
  const [version = ''] = await readdir(join(unpacked, 'lib/modules'));
  await copyFile(join(unpacked, 'boot', `vmlinuz-${version}`), join(folder, 'kernel'));
  await run(['cp', '-a', join(unpacked, 'lib/modules'), join(root, 'usr/lib')], { env });
  await run(['chroot', root, 'depmod', version], { env });
  await makeInitramfs(root, folder, version);
  await Promise.all([apt, unpacked].map((path) => rm(path, { recursive: true })));
}

async function makeInitramfs(root: string, folder: string, version: string): Promise<void> {
  const env = toolEnvironment();
  const tree = join(folder, 'initramfs');
  const show = ['chroot', root, 'modprobe', '--show-depends', '--set-version', version];
  const modules = new Set<string>();
  for (const module of BOOT_MODULES)
    for (const [, path = ''] of (await run([...show, module], { env })).matchAll(/^insmod (\S+)/gm))
      modules.add(path);
  for (const path of modules) {
    await mkdir(join(tree, dirname(path)), { recursive: true });
    await copyFile(join(root, path), join(tree, path));
  }
  await Promise.all(['bin', 'dev', 'proc', 'root'].map((name) => mkdir(join(tree, name))));
  await copyFile(join(root, 'bin/busybox'), join(tree, 'bin/busybox'));
  await put(join(tree, 'init'), 0o755, initScript([...modules]));
  const names = await run(['find', '.', '-mindepth', '1'], { cwd: tree, env });
  const archive = join(folder, 'initrd');
  await run(['cpio', '--create', '--quiet', '--format=newc', '-F', archive], {
    cwd: tree,
    env,
    input: names,
  });
  await rm(tree, { recursive: true });
}

/** Makes a guest of `root`: files, units, accounts and keys. Leaves the key files beside it. */
export async function configure(root: string, folder: string): Promise<void> {
  const env = toolEnvironment();
  const inside = (...argv: string[]): Promise<string> => run(['chroot', root, ...argv], { env });
  for (const file of GUEST_FILES) await put(join(root, file.path), file.mode, file.content);
  for (const path of REMOVED) await rm(join(root, path), { recursive: true });
  await inside('systemctl', 'disable', ...DISABLED_UNITS);
  await inside('systemctl', 'mask', ...MASKED_UNITS);
  const generators = join(root, 'etc/systemd/system-generators');
  await mkdir(generators, { recursive: true });
  for (const name of MASKED_GENERATORS) await symlink('/dev/null', join(generators, name));
  await inside('systemctl', 'enable', 'lab-network.service', 'lab-agent.service');

  const key = join(folder, IMAGE_FILES.key);
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'tsplay-lab', '-f', key], { env });
  const authorized = await readFile(`${key}.pub`, 'utf8');
  await put(join(root, 'root/.ssh/authorized_keys'), 0o600, authorized);
  for (const { user, password } of ACCOUNTS) {
    await inside('useradd', '--create-home', '--shell', '/bin/bash', '--password', '*', user);
    if (password !== '*') await run(['chroot', root, 'chpasswd'], { env, input: `${user}:${password}\n` });
    await put(join(root, `home/${user}/.ssh/authorized_keys`), 0o600, authorized);
    await inside('chown', '-R', `${user}:${user}`, `/home/${user}/.ssh`);
  }

  // The package made a key of each type; one is enough, and a fixed type is checked fastest.
  const ssh = join(root, 'etc/ssh');
  for (const name of await readdir(ssh)) if (/^ssh_host_(?!ed25519)/.test(name)) await rm(join(ssh, name));
  await copyFile(join(ssh, 'ssh_host_ed25519_key.pub'), join(folder, IMAGE_FILES.hostKey));
}

/** Makes the guests' disk of `root`, which goes. */
export async function makeDisk(root: string, folder: string): Promise<void> {
  const env = toolEnvironment();
  const disk = join(folder, IMAGE_FILES.disk);
  await run(
    ['mke2fs', '-q', '-t', 'ext4', '-O', '^has_journal', '-m', '0', '-d', root, disk, `${DISK_MIB}M`],
    { env },
  );
  await rm(root, { recursive: true });
}
