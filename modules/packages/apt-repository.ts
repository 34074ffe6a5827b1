import {
  defineModule,
  file,
  noFile,
  option,
  type OptionRule,
  type OptionRules,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { isFileName } from './apt-key.ts';

interface Present {
  /** Where it is: `https://…`, `http://…`, `file:/…`, `mirror+https://…`. */
  readonly uris: readonly string[];
  /** Releases such as `'bookworm'`, `'bookworm-updates'`; or one path that ends in `/`, then without components. */
  readonly suites: readonly string[];
  /** Such as `'main'`. @defaultValue none, for a suite that is a path */
  readonly components?: readonly string[];
  /** Packages, sources, or both. @defaultValue ['deb'] */
  readonly types?: readonly ('deb' | 'deb-src')[];
  /** Of which architectures it is asked for packages. @defaultValue those of the host */
  readonly architectures?: readonly string[];
  /**
   * Path of the key that must have signed it, as {@link aptKey} makes it: `'/etc/apt/keyrings/docker.asc'`. Without it every
   * key of the host that is trusted for anything is trusted for this. @defaultValue any key of the host
   */
  readonly signedBy?: string;
  /** Use it without any signature. @defaultValue false */
  readonly trusted?: boolean;
  /** Whether apt uses it. @defaultValue true */
  readonly enabled?: boolean;
  /** Whether it is to be there. @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  /** No such repository; what was installed from it stays. */
  readonly state: 'absent';
  readonly uris?: never;
  readonly suites?: never;
  readonly components?: never;
  readonly types?: never;
  readonly architectures?: never;
  readonly signedBy?: never;
  readonly trusted?: never;
  readonly enabled?: never;
}

/** Options of {@link aptRepository}. */
export type AptRepositoryOptions = Present | Absent;

const words = (like: string, pattern: RegExp): OptionRule => option.listOf(option.line(pattern, like), 1);

const options: OptionRules<AptRepositoryOptions> = {
  uris: words("a URI such as 'https://deb.debian.org/debian'", /^[a-z][a-z0-9+.-]*:\/?\S+$/),
  suites: words("a suite such as 'bookworm'", /^[\w./+~-]+$/),
  components: words("a component such as 'main'", /^[\w./+-]+$/),
  types: option.listOf(option.oneOf('deb', 'deb-src'), 1),
  architectures: words("an architecture such as 'amd64'", /^[a-z0-9-]+$/),
  signedBy: option.path,
  trusted: option.flag,
  enabled: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * A repository of apt, in `/etc/apt/sources.list.d/NAME.sources`. Where this changes something, the next {@link pkg} that
 * needs the package index brings it up to date first.
 *
 * @example
 * aptKey('docker', { source: 'keys/docker.asc' });
 * aptRepository('docker', {
 *   uris: ['https://download.docker.com/linux/debian'],
 *   suites: ['bookworm'],
 *   components: ['stable'],
 *   signedBy: '/etc/apt/keyrings/docker.asc',
 * });
 * pkg('docker-ce');
 * @see https://manpages.debian.org/bookworm/apt/sources.list.5.en.html#DEB822-STYLE_FORMAT
 */
export const aptRepository = defineModule<AptRepositoryOptions>('aptRepository', {
  options,
  check(name, o, problem) {
    if (!isFileName(name))
      problem(
        `the name must be at most 200 letters, digits, _, - and dots between them, not ${option.quoted(name)}`,
      );
    if (o.state === 'absent') {
      checkAbsent(o, [], problem);
      return;
    }
    for (const key of ['uris', 'suites'] as const)
      if (o[key] === undefined) problem(`${key} is missing (or say state: 'absent')`);
    const paths = (o.suites ?? []).filter((suite) => suite.endsWith('/'));
    if (paths.length > 0 && o.components !== undefined)
      problem(`components make no sense with a suite that is a path: '${paths[0]}'`);
    if (paths.length === 0 && o.suites !== undefined && o.components === undefined)
      problem("components are missing, such as ['main']");
    if (o.trusted === true && o.signedBy !== undefined) problem('trusted and signedBy exclude each other');
  },
  steps(name, o) {
    const path = `/etc/apt/sources.list.d/${name}.sources`;
    if (o.state === 'absent') return [noFile(path)];
    const fields: Readonly<Record<string, readonly string[] | undefined>> = {
      Enabled: o.enabled === undefined ? undefined : [yesNo(o.enabled)],
      Types: o.types ?? ['deb'],
      URIs: o.uris,
      Suites: o.suites,
      Components: o.components,
      Architectures: o.architectures,
      'Signed-By': o.signedBy === undefined ? undefined : [o.signedBy],
      Trusted: o.trusted === undefined ? undefined : [yesNo(o.trusted)],
    };
    const lines = Object.entries(fields).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}: ${value.join(' ')}\n`],
    );
    return [file(path, { content: `# Managed by tsplay.\n${lines.join('')}`, mode: '644' })];
  },
});

function yesNo(flag: boolean): string {
  return flag ? 'yes' : 'no';
}
