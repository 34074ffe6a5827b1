import {
  action,
  builtins,
  defineModule,
  file,
  noFile,
  option,
  sh,
  type OptionRules,
  type Step,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';

interface Present {
  /** What people read. @defaultValue its name */
  readonly description?: string;
  /** Where it is; `$releasever` and `$basearch` are put in by the host. Left out with a
   * `mirrorlist` or `metalink`.
   */
  readonly baseurl?: string | readonly string[];
  /** Where a list of its mirrors is. @defaultValue none */
  readonly mirrorlist?: string;
  /** Where a list of its mirrors is, with digests of its index. @defaultValue none */
  readonly metalink?: string;
  /**
   * Whether packages must be signed. For zypper the index must be, too, unless `repoGpgcheck` is false.
   * @defaultValue true
   */
  readonly gpgcheck?: boolean;
  /** Whether its index must be signed. @defaultValue as the host is set up */
  readonly repoGpgcheck?: boolean;
  /**
   * Where its keys are: a URL, or `file:///etc/pki/rpm-gpg/…`. dnf comes to trust them when it installs from there. zypper
   * asks a person, so that for zypper rpm is told to trust them whenever the file of the repository changes.
   * @defaultValue keys that rpm has
   */
  readonly gpgkey?: string | readonly string[];
  /** Whether it is used. @defaultValue true */
  readonly enabled?: boolean;
  /** The smaller comes first, 1 to 99. @defaultValue 99 */
  readonly priority?: number;
  /** Packages that it shall not be asked for, with `*` and `?`. @defaultValue none */
  readonly excludepkgs?: readonly string[];
  /** The only packages that it shall be asked for. @defaultValue all */
  readonly includepkgs?: readonly string[];
  /** Seconds after which its index is fetched anew. @defaultValue as the host is set up */
  readonly metadataExpire?: number;
  /** Whether certificates of servers are verified. @defaultValue true */
  readonly sslverify?: boolean;
  /** Go on where it cannot be reached. @defaultValue as the host is set up */
  readonly skipIfUnavailable?: boolean;
  /** Packages of streams that are not enabled do not hide its own. @defaultValue false */
  readonly moduleHotfixes?: boolean;
  /**
   * zypper has a folder of its own, and no `excludepkgs`, `includepkgs`, `metadataExpire`, `sslverify`, `skipIfUnavailable`
   * and `moduleHotfixes`. It is told to look for news by itself. @defaultValue 'dnf'
   */
  readonly manager?: 'dnf' | 'zypper';
  /** Whether it is to be there. @defaultValue 'present' */
  readonly state?: 'present';
}

type Absent = { readonly [K in Exclude<keyof Present, 'state' | 'manager'>]?: never } & {
  readonly manager?: 'dnf' | 'zypper';
  /** No such repository; what was installed from it stays. */
  readonly state: 'absent';
};

/** Options of {@link rpmRepository}. */
export type RpmRepositoryOptions = Present | Absent;

const url = option.line(/^(?:https?|ftp|file):\/\S+$/, "a URL such as 'https://example.org/el9/$basearch/'");
const urls = (name: string, value: unknown): readonly string[] =>
  Array.isArray(value) ? option.listOf(url, 1)(name, value) : url(name, value);
const patterns = option.listOf(
  option.line(/^[\w.+*?:~-]+$/, "the name of a package, or a pattern such as 'kernel*'"),
  1,
);

const options: OptionRules<RpmRepositoryOptions> = {
  description: option.line(),
  baseurl: urls,
  mirrorlist: url,
  metalink: url,
  gpgcheck: option.flag,
  repoGpgcheck: option.flag,
  gpgkey: urls,
  enabled: option.flag,
  priority: option.whole(1, 99),
  excludepkgs: patterns,
  includepkgs: patterns,
  metadataExpire: option.whole(0, 31_536_000),
  sslverify: option.flag,
  skipIfUnavailable: option.flag,
  moduleHotfixes: option.flag,
  manager: option.oneOf('dnf', 'zypper'),
  state: option.oneOf('present', 'absent'),
};

/**
 * A repository of dnf, yum or zypper: `/etc/yum.repos.d/NAME.repo`, for zypper `/etc/zypp/repos.d/NAME.repo`.
 *
 * @example
 * rpmRepository('nginx', {
 *   baseurl: 'https://nginx.org/packages/rhel/$releasever/$basearch/',
 *   gpgkey: 'https://nginx.org/keys/nginx_signing.key',
 * })
 * @see https://dnf.readthedocs.io/en/latest/conf_ref.html#repo-options
 */
export const rpmRepository = defineModule<RpmRepositoryOptions>('rpmRepository', {
  options,
  check(name, o, problem) {
    if (!/^[A-Za-z0-9][\w.:-]{0,199}$/.test(name) || name.includes('..')) {
      problem(`the name must be at most 200 letters, digits, _, -, : and dots, not ${option.quoted(name)}`);
    }
    if (o.state === 'absent') {
      checkAbsent(o, ['manager'], problem);
      return;
    }
    if (o.baseurl === undefined && o.mirrorlist === undefined && o.metalink === undefined)
      problem("give baseurl, mirrorlist or metalink (or say state: 'absent')");
    if (o.manager === 'zypper') {
      for (const key of ofDnf) if (o[key] !== undefined) problem(`${key} is nothing that zypper knows`);
    }
  },
  steps(name, o) {
    const path = `${o.manager === 'zypper' ? '/etc/zypp/repos.d' : '/etc/yum.repos.d'}/${name}.repo`;
    if (o.state === 'absent') return [noFile(path)];
    const fields: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>> = {
      name: o.description ?? name,
      baseurl: o.baseurl,
      mirrorlist: o.mirrorlist,
      metalink: o.metalink,
      enabled: o.enabled ?? true,
      gpgcheck: o.gpgcheck ?? true,
      repo_gpgcheck: o.repoGpgcheck,
      gpgkey: o.gpgkey,
      priority: o.priority,
      excludepkgs: o.excludepkgs,
      includepkgs: o.includepkgs,
      metadata_expire: o.metadataExpire,
      sslverify: o.sslverify,
      skip_if_unavailable: o.skipIfUnavailable,
      module_hotfixes: o.moduleHotfixes,
      // Else zypper looks for news only when it is told to.
      autorefresh: o.manager === 'zypper' ? true : undefined,
    };
    const lines = Object.entries(fields).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}=${text(value)}\n`],
    );
    return [
      file(path, { content: `# Managed by tsplay.\n[${name}]\n${lines.join('')}`, mode: '644' }),
      ...(o.manager === 'zypper' && o.gpgkey !== undefined ? [trust(name, [o.gpgkey].flat())] : []),
    ];
  },
});

const ofDnf = [
  'excludepkgs',
  'includepkgs',
  'metadataExpire',
  'sslverify',
  'skipIfUnavailable',
  'moduleHotfixes',
] as const;

/** rpm trusts the keys at these URLs. Which these are is only known by fetching them, so the file says when. */
function trust(name: string, urls: readonly string[]): Step {
  const before = `keys-${name}`;
  return action('trust in its keys', {
    run: sh`/usr/bin/rpm -qa gpg-pubkey >"$TS_DIR"/${before} && /usr/bin/rpm --import ${urls}`,
    guard: { kind: 'unless', command: builtins`[ "$TS_T" != changed ]` },
    undo: sh`[ -e "$TS_DIR"/${before} ] || exit 0
for key in $(/usr/bin/rpm -qa gpg-pubkey); do
  grep -qxF -e "$key" "$TS_DIR"/${before} || /usr/bin/rpm -e "$key" || exit
done`,
    undoLast: true,
  });
}

function text(value: string | number | boolean | readonly string[]): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return [value].flat().join(' ');
}
