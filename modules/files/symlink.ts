import {
  builtins,
  defineModule,
  option,
  present,
  reading,
  requires,
  sh,
  value,
  type OptionRule,
  type OptionRules,
  type Step,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { ownerOf, ownerProblems, ownership, type Ownership } from './ownership.ts';
import { away, metaStep, pathClaims, placeProblems, removal, resourceOf, stats } from './paths.ts';

/** Options of {@link symlink}. */
export interface SymlinkOptions extends Pick<Ownership, 'owner' | 'group'> {
  /**
   * What the link leads to, as it is to stand in it: an absolute path, or one relative to the folder of the link. It need
   * not be there. Left out with `state: 'absent'`.
   */
  readonly to?: string;
  /**
   * Put it in the place of a file or folder of that name, too, which an undo brings back. A link that leads elsewhere is
   * changed without. @defaultValue false
   */
  readonly force?: boolean;
  /** `'absent'`: No symbolic link of this name; what is no link stays. @defaultValue 'present' */
  readonly state?: 'present' | 'absent';
}

/** What a symbolic link can hold. */
const target: OptionRule = (name, text) => {
  const wrong = option.line()(name, text);
  if (wrong.length > 0 || Buffer.byteLength(String(text)) <= 4095) return wrong;
  return [`${name} is longer than the 4095 bytes that Linux takes`];
};

const options: OptionRules<SymlinkOptions> = {
  to: target,
  force: option.flag,
  owner: ownership.owner,
  group: ownership.group,
  state: option.oneOf('present', 'absent'),
};

/**
 * A symbolic link. One that leads elsewhere is replaced by a rename, so that at no time there is none. `owner` and `group`
 * are those of the link itself.
 *
 * @example
 * symlink('/etc/nginx/sites-enabled/app', { to: '../sites-available/app' })
 * @example
 * symlink('/srv/app/current', { to: '/srv/app/releases/42' })
 * @example
 * symlink('/etc/nginx/sites-enabled/default', { state: 'absent' }) // a file of that name is no link, and stays
 * @see https://man7.org/linux/man-pages/man7/symlink.7.html
 */
export const symlink = defineModule<SymlinkOptions>('symlink', {
  options,
  claims: (path, o) =>
    o.state === 'absent'
      ? pathClaims(path, 'absent')
      : pathClaims(path, `a symbolic link to ${String(o.to)}`, { owner: ownerOf(o) }),
  check(path, o, problem) {
    placeProblems(path).forEach(problem);
    if (/(^|\/)\.{0,2}$/.test(path)) problem(`the path names a folder, not a link: '${path}'`);
    if (o.state === 'absent') checkAbsent(o, [], problem);
    else if (o.to === undefined) problem("to is missing (or say state: 'absent')");
    ownerProblems(o).forEach(problem);
  },
  steps(name, { to, force = false, ...o }) {
    const path = option.plainPath(name);
    if (to === undefined) {
      const [able, gone] = removal(path, { folder: false, recursive: false, discard: false });
      const noLink = requires(`${path} is a link, or nothing`, {
        test: builtins`[ ! -e ${path} ] || [ -h ${path} ] || { ts_say 'it is no symbolic link'; return 1; }`,
        otherwise: `${path} is not removed`,
        later: true,
      });
      return [noLink, able, gone].filter((step) => step !== undefined);
    }
    return linkSteps(path, { to, force, owner: ownerOf(o) });
  },
});

/** The link is there, and leads where it should. */
export function linkSteps(
  path: string,
  {
    to,
    force = false,
    owner,
  }: { readonly to: string; readonly force?: boolean; readonly owner?: string | undefined },
): readonly Step[] {
  const self = resourceOf('symlink', path);
  const all = stats(path);
  const length = Buffer.byteLength(to);
  return [
    requires(`${path} can be a link`, {
      uses: owner === undefined ? [] : [all],
      test:
        owner === undefined
          ? builtins`ts_link_able ${path} ${force ? 'yes' : 'no'} '' ''`
          : builtins`ts_link_able ${path} ${force ? 'yes' : 'no'} ${owner} ${all.output}`,
      otherwise: `the symbolic link ${path} cannot be as declared`,
      later: true,
    }),
    ...(force
      ? [away(`what ${path} was`, path, builtins`if [ -h ${path} ]; then return 1; fi; ts_is -e ${path}`)]
      : []),
    present(`the symbolic link ${path}`, {
      test: builtins`ts_is -h ${path}`,
      create:
        owner === undefined
          ? sh`ln -s -- ${to} ${path}`
          : sh`ln -s -- ${to} ${path} && chown -h -- ${owner} ${path}`,
      remove: sh`rm -f -- ${path}`,
      provides: self,
      lifetime: 'disk',
    }),
    value(`what ${path} leads to`, {
      uses: [all],
      read: reading(builtins`ts_target ${path} ${all.output} ${to} ${length}`),
      want: to,
      write: sh`ts_target_set ${path} "$1"`,
      inside: self,
      fresh: 'set',
      lifetime: 'disk',
    }),
    ...metaStep(path, { owner, link: true }, { inside: self, fresh: 'set' }),
  ];
}
