import type { Distribution } from './os-release.ts';

/** What installs packages. */
export type PackageManager = 'apt' | 'dnf' | 'yum' | 'zypper' | 'apk' | 'pacman' | 'opkg' | 'xbps' | 'emerge';

/** Its command, and the distributions that are made with it. A newer one stands before the one that it replaces. */
const managers: readonly (readonly [PackageManager, string, readonly string[]])[] = [
  ['apt', 'apt-get', ['debian', 'ubuntu']],
  ['dnf', 'dnf', ['fedora', 'rhel', 'centos']],
  ['yum', 'yum', ['fedora', 'rhel', 'centos', 'amzn']],
  ['zypper', 'zypper', ['suse', 'opensuse', 'sles']],
  ['apk', 'apk', ['alpine']],
  ['pacman', 'pacman', ['arch']],
  ['opkg', 'opkg', ['openwrt']],
  ['xbps', 'xbps-install', ['void']],
  ['emerge', 'emerge', ['gentoo']],
];

/** The commands that a probe looks for. */
export const packageCommands: readonly string[] = managers.map(([, command]) => command);

/** Which one the host uses: a host may have another's command too, as Debian may have `dnf`. */
export function packageManager(
  commands: readonly string[],
  { id, idLike }: Distribution,
): PackageManager | undefined {
  const there = managers.filter(([, command]) => commands.includes(command));
  const names = [id, ...idLike];
  const own = names.flatMap((name) => there.filter(([, , madeWith]) => madeWith.includes(name)));
  return (own[0] ?? there[0])?.[0];
}
