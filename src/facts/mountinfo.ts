/** A line of mountinfo. */
export interface MountLine {
  readonly id: string;
  readonly parent: string;
  readonly root: string;
  readonly target: string;
  readonly fstype: string;
  readonly source: string;
  readonly options: readonly string[];
}

/**
 * Reads /proc/self/mountinfo.
 *
 * @see https://docs.kernel.org/filesystems/proc.html#proc-pid-mountinfo-information-about-mounts
 */
export function parseMountinfo(lines: readonly string[]): readonly MountLine[] {
  return lines.map((line) => {
    // Between the options and the dash stands a changing number of fields.
    const [own = '', behind = ''] = split(line, ' - ');
    const [id, parent, , root, target, options = ''] = own.split(' ');
    // A source may be empty, which leaves two blanks.
    const [fstype, source = '', superOptions = ''] = behind.split(' ');
    if (id === undefined || parent === undefined || root === undefined || target === undefined || !fstype)
      throw new Error(`a mount is not understood: ${line.slice(0, 200)}`);
    return {
      id,
      parent,
      root: decoded(root),
      target: decoded(target),
      fstype: decoded(fstype),
      source: decoded(source),
      options: joined(options.split(','), superOptions.split(',')).map(decoded),
    };
  });
}

function split(text: string, by: string): readonly [string, string] | readonly [] {
  const at = text.indexOf(by);
  return at < 0 ? [] : [text.slice(0, at), text.slice(at + by.length)];
}

/** Blanks, newlines, backslashes and `#` stand as three octal digits. */
const decoded = (text: string): string =>
  text.replaceAll(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Those of the mount, then those of the file system; what either has read-only is. */
function joined(own: readonly string[], ofSuper: readonly string[]): readonly string[] {
  const mode = own.includes('ro') || ofSuper.includes('ro') ? 'ro' : 'rw';
  const rest = [...own, ...ofSuper].filter((option) => option !== 'ro' && option !== 'rw' && option !== '');
  return [mode, ...new Set(rest)];
}

/** The mounts that a path leads to: the others are below one that was mounted over them. */
export function reachable(mounts: readonly MountLine[]): ReadonlySet<string> {
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  const byTarget = new Map<string, MountLine[]>();
  for (const mount of mounts) byTarget.set(mount.target, [...(byTarget.get(mount.target) ?? []), mount]);
  const isVisible = (mount: MountLine): boolean => {
    const ancestors = new Set<string>();
    for (let one: MountLine | undefined = mount; one && !ancestors.has(one.id); one = byId.get(one.parent))
      ancestors.add(one.id);
    const onTheWay = foldersOf(mount.target).flatMap((folder) => byTarget.get(folder) ?? []);
    return onTheWay.every(({ id }) => ancestors.has(id));
  };
  return new Set(mounts.filter(isVisible).map(({ id }) => id));
}

/** The path itself and all folders that it is in. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return ['/', ...parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)];
}
