import {
  builtins,
  defineModule,
  option,
  sh,
  transaction,
  type Claim,
  type OptionRule,
  type OptionRules,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { managers, packageQueries, type Manager } from './shell.ts';

/** Seconds, or a text such as `'90s'`, `'10m'`, `'1h'`, `'7d'`. */
export type PackageIndexAge = number | `${number}${'s' | 'm' | 'h' | 'd'}`;

/**
 * Names of packages for each distribution, by the words that `ID` and `ID_LIKE` of /etc/os-release have (`debian`, `rhel`,
 * `suse`, `alpine`, `arch`), and `default` for all others. The most special one counts.
 */
export type PackageNames = readonly string[] | Readonly<Record<string, readonly string[]>>;

interface Every {
  /** The packages, all in one transaction. @defaultValue one, by the name of the task */
  readonly names?: PackageNames;
  /** The package manager. @defaultValue that of the distribution */
  readonly manager?: Manager;
  /** Seconds to wait while another package manager holds the lock. @defaultValue 120 */
  readonly lockTimeout?: number;
  /**
   * Remove others too: those that need what is to be removed, or that cannot stay beside what is to be installed. Without
   * it the task fails there and tells them. @defaultValue false
   */
  readonly cascade?: boolean;
}

interface Present extends Every {
  /** `latest`: the newest that the package index has. @defaultValue 'present' */
  readonly state?: 'present' | 'latest';
  /**
   * The version of the one package, or a pattern such as `'1.24.*'`; for rpm with or without its release. For apt also a
   * range such as `'>=1.18'` or `'>=1.18, <2'` (and `>`, `<=`, `!=`), as dpkg compares versions. Another version that is
   * installed is replaced, within a range by the one that apt would take, else by the newest. pacman has one version only.
   * @defaultValue any
   */
  readonly version?: string;
  /**
   * Whether upgrades leave it as it is: `apt-mark hold`, `versionlock` of dnf, `locks` of zypper. apk and pacman have no
   * such thing. @defaultValue as it is
   */
  readonly hold?: boolean;
  /**
   * Brings the package index up to date first where it is older than this, and something is to be installed or the newest
   * version is asked for. An index that is missing, or older than the repositories that are declared, is made anew in any
   * case. @defaultValue as old as it is
   */
  readonly cacheAge?: PackageIndexAge;
  /** Install what a package recommends. @defaultValue as the host is set up */
  readonly recommends?: boolean;
  /** An older version may take the place of a newer one; apk does not ask for that. @defaultValue false */
  readonly downgrade?: boolean;
  /**
   * Configuration files that somebody has changed, when the package brings others: keep those that are there, or replace
   * them. Of apt alone; others keep them. @defaultValue 'keep'
   */
  readonly conffiles?: 'keep' | 'replace';
  readonly autoremove?: never;
}

interface Absent extends Every {
  /** `purged`: its configuration files go, too. */
  readonly state: 'absent' | 'purged';
  /** Remove whatever was only installed because others needed it, too. @defaultValue false */
  readonly autoremove?: boolean;
  readonly version?: never;
  readonly hold?: never;
  readonly cacheAge?: never;
  readonly recommends?: never;
  readonly downgrade?: never;
  readonly conffiles?: never;
}

/** Options of {@link pkg}. */
export type PkgOptions = Present | Absent;

// Not what a package manager would take for an option, a pattern, a group or an order to remove.
const plainName = option.line(
  /^[A-Za-z0-9][\w.+:~()/-]*(?<![-=])$/,
  "the name of a package, such as 'nginx' or 'libc6:i386'",
);
const packageName: OptionRule = (name, value) => {
  const text = String(value);
  if (/:\/\/|\.(?:deb|rpm|apk)$/.test(text))
    return [
      `${name} names a file, ${option.quoted(text)}: pkg has packages of repositories; a file is for download and a command such as dpkg -i`,
    ];
  const [, before] = /^([\w.+:~-]+?)[=<>!]=?[^=<>]/.exec(text) ?? [];
  return before === undefined
    ? plainName(name, value)
    : [`${name} has a version in it, ${option.quoted(text)}: give ${before}, and the version by version`];
};
const nameList = option.listOf(packageName, 1);

const names: OptionRule = (name, value) => {
  if (Array.isArray(value)) return nameList(name, value);
  const wrong = option.mapOf(nameList, (key) =>
    /^[a-z0-9][\w.-]*$/.test(key)
      ? undefined
      : `${option.quoted(key)} is no distribution: give the ID of its os-release, or default`,
  )(name, value);
  return option.isPlain(value) && Object.keys(value).length === 0 ? [`${name} must not be empty`] : wrong;
};

const age: OptionRule = option.rule("seconds, or a text such as '1h', '10m' or '7d'", (value) =>
  typeof value === 'number'
    ? Number.isSafeInteger(value) && value >= 0 && value <= 31_536_000
    : typeof value === 'string' && /^\d{1,7}[smhd]$/.test(value),
);

const options: OptionRules<PkgOptions> = {
  names,
  manager: option.oneOf(...managers),
  lockTimeout: option.whole(0, 86_400),
  cascade: option.flag,
  state: option.oneOf('present', 'latest', 'absent', 'purged'),
  version: option.line(
    /^(?:[A-Za-z0-9*][\w.+:~^*?-]*|(?:[<>]=?|!=) ?\d[\w.+:~-]*(?:,? (?:[<>]=?|!=) ?\d[\w.+:~-]*)*)$/,
    "a version such as '1.24.0-1', a pattern such as '1.24.*', or a range such as '>=1.18, <2'",
  ),
  hold: option.flag,
  cacheAge: age,
  recommends: option.flag,
  downgrade: option.flag,
  conffiles: option.oneOf('keep', 'replace'),
  autoremove: option.flag,
};

/**
 * Packages, by the package manager of the host: apt, dnf, yum, zypper, apk or pacman. Several are one transaction, which
 * goes on if the connection is lost. A name that another installed package provides is there. What is only installed because
 * others need it is marked as wanted for itself (`apt-mark manual`), so that it does not go with them. Installing is taken back
 * by removing what came, with its dependencies, and removing by installing again; an upgrade cannot be taken back.
 *
 * @example pkg('nginx')
 * @example
 * pkg('web server', { names: { debian: ['apache2'], rhel: ['httpd', 'mod_ssl'] } })
 * @example
 * pkg('postgresql-16', { version: '16.4-*', hold: true, cacheAge: '1h' })
 * @example
 * pkg('nginx', { version: '>=1.22, <2' })
 * @example
 * pkg('telnet', { state: 'purged' })
 * @see https://manpages.debian.org/bookworm/apt/apt-get.8.en.html
 * @see https://dnf.readthedocs.io/en/latest/command_ref.html
 * @see https://man7.org/linux/man-pages/man5/os-release.5.html for the words that distributions go by
 */
export const pkg = defineModule<PkgOptions>('pkg', {
  options,
  network: true,
  claims: (name, o) =>
    allNames(name, o.names).flatMap((one): readonly Claim[] => [
      { resource: `package:${one}`, value: isAbsent(o) ? 'absent' : 'present' },
      ...(o.version === undefined && o.state !== 'latest'
        ? []
        : [{ resource: `version of package:${one}` as const, value: o.version ?? 'latest' }]),
      ...(o.hold === undefined
        ? []
        : [{ resource: `hold of package:${one}` as const, value: String(o.hold) }]),
    ]),
  check(name, o, problem) {
    if (o.names === undefined)
      packageName('the name', name).forEach((text) => problem(`${text}; give names`));
    for (const list of lists(name, o.names)) {
      const twice = list.filter((one, index) => list.indexOf(one) !== index);
      for (const one of new Set(twice)) problem(`names has ${option.quoted(one)} twice`);
    }
    if (o.version !== undefined && lists(name, o.names).some((list) => list.length !== 1)) {
      problem('version is about one package, so give one name');
    }
    if (isAbsent(o)) {
      checkAbsent(o, ['names', 'manager', 'lockTimeout', 'cascade', 'autoremove'], problem);
    } else if (o.autoremove !== undefined) {
      problem("autoremove makes no sense without state: 'absent' or 'purged'");
    }
    if (o.version !== undefined && o.state === 'latest')
      problem("version and state: 'latest' exclude each other");
  },
  steps(name, o) {
    const { manager, state = 'present', lockTimeout = 120 } = o;
    const version = ranged(o.version ?? '');
    const hold = o.hold === undefined ? '' : o.hold ? 'yes' : 'no';
    const all = allNames(name, o.names);
    return [
      transaction(`${all.length === 1 ? 'package' : 'packages'} ${all.join(', ')}`, {
        uses: packageQueries(all, manager, /^[<>!]/.test(version) ? version : ''),
        plan: builtins`pkg_plan ${state} ${version} ${hold} ${manager ?? ''} ${lockTimeout} ${seconds(o.cacheAge)} ${pairs(name, o.names)}`,
        run: sh`pkg_run "$1" ${manager ?? ''} ${lockTimeout} ${flags(o).join(' ')}`,
        undo: sh`pkg_undo "$1" ${manager ?? ''} ${lockTimeout}`,
      }),
    ];
  },
});

/** A range as its parts between blanks: `>=1.18 <2`. */
function ranged(version: string): string {
  return version.replaceAll(/([<>=!]) /g, '$1').replaceAll(', ', ' ');
}

function isAbsent({ state }: PkgOptions): boolean {
  return state === 'absent' || state === 'purged';
}

function isList(names: PackageNames): names is readonly string[] {
  return Array.isArray(names);
}

function lists(name: string, names: PackageNames = [name]): readonly (readonly string[])[] {
  return isList(names) ? [names] : Object.values(names);
}

function allNames(name: string, names: PackageNames | undefined): readonly string[] {
  return [...new Set(lists(name, names).flat())];
}

/** Names with the distribution that each is for. */
function pairs(name: string, names: PackageNames = [name]): readonly string[] {
  const by = isList(names) ? { default: names } : names;
  return Object.entries(by).flatMap(([distribution, list]) => list.map((one) => `${distribution}=${one}`));
}

function seconds(given: PackageIndexAge | undefined): string {
  if (given === undefined || typeof given === 'number') return String(given ?? '');
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[given.slice(-1) as 's' | 'm' | 'h' | 'd'];
  return String(Number(given.slice(0, -1)) * unit);
}

function flags(o: PkgOptions): readonly string[] {
  return [
    ...(o.state === 'purged' ? ['purge'] : []),
    ...(o.state === 'latest' ? ['latest'] : []),
    ...(o.cascade === true ? ['cascade'] : []),
    ...(o.autoremove === true ? ['autoremove'] : []),
    ...(o.recommends === undefined ? [] : [o.recommends ? 'recommends' : 'no-recommends']),
    ...(o.downgrade === true ? ['downgrade'] : []),
    ...(o.conffiles === 'replace' ? ['replace'] : []),
    ...(o.hold === true ? ['held'] : []),
  ];
}
