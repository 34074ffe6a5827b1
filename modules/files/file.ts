import { absent, defineModule, file as fileStep, sh, type Secret } from '../../src/steps/index.ts';

/** Options of {@link file}. */
export interface FileOptions {
  /** What the file must contain, byte for byte. Left out with `state: 'absent'`. */
  readonly content?: string | Secret;
  /** Permissions in octal, such as `'0640'`. @defaultValue those that it has; 0644 for a new file */
  readonly mode?: string;
  /** `user`, `user:group` or `:group`, by name or number. @defaultValue as it is; who runs it, for a new file */
  readonly owner?: string;
  /** @defaultValue 'present' */
  readonly state?: 'present' | 'absent';
}

/**
 * A file with exactly this content, replaced whole by a rename in its folder, so that nobody ever reads half of it.
 * Follows symbolic links; refuses folders and files of `/proc` and `/sys`.
 *
 * @example
 * file('/etc/motd', { content: 'Welcome.\n', mode: '0644', owner: 'root:root' })
 */
export const file = defineModule<FileOptions>('file', {
  claims: (path, o) => [{ resource: `file:${path}`, value: o.state === 'absent' ? 'absent' : 'content' }],
  check(path, o, problem) {
    if (!path.startsWith('/')) problem('the path must be absolute');
    if (path.endsWith('/')) problem('the path names a folder');
    if (o.state === 'absent') {
      for (const key of ['content', 'mode', 'owner'] as const) {
        if (o[key] !== undefined) problem(`${key} makes no sense with state: 'absent'`);
      }
      return;
    }
    if (o.content === undefined) problem("content is missing (or say state: 'absent')");
    if (o.mode !== undefined && !/^0?[0-7]{3,4}$/.test(o.mode)) {
      problem(`mode must be three or four octal digits such as '0644', not '${o.mode}'`);
    }
    if (o.owner !== undefined && !/^([\w.-]+(:[\w.-]+)?|:[\w.-]+)$/.test(o.owner)) {
      problem(`owner must be 'user', 'user:group' or ':group', not '${o.owner}'`);
    }
  },
  steps(path, o) {
    if (o.state === 'absent') {
      return [
        absent(path, {
          test: sh`[ -e ${path} ] || [ -h ${path} ]`,
          // Kept beside it until the run is confirmed: content, owner, ACLs and all.
          save: sh`cp -a -- ${path} "$TS_DIR"/removed-$$ && echo "$TS_DIR"/removed-$$`,
          remove: sh`rm -f -- ${path}`,
          create: sh`cp -a -- "$1" ${path}`,
          lifetime: 'disk',
        }),
      ];
    }
    return [
      fileStep(path, {
        content: o.content ?? '',
        mode: o.mode?.replace(/^0+(?=.{3})/, ''),
        owner: o.owner,
      }),
    ];
  },
});
