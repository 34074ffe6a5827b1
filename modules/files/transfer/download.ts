import { createHash } from 'node:crypto';
import {
  builtins,
  defineModule,
  lazily,
  noFile,
  option,
  query,
  requires,
  Secret,
  sh,
  tool,
  transaction,
  withSecrets,
  type OptionRule,
  type OptionRules,
  type Sh,
  type Step,
} from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { downloadShell } from './download-shell.ts';
import { filePathProblems, ownerOf, ownerProblems, ownership, type Ownership } from '../ownership.ts';
import { keptName, metaStep, pathClaims, resourceOf, stats } from '../paths.ts';

interface Fetched extends Ownership {
  /** Where it comes from: `https://…` or `http://…`, without white space and without a password in it. */
  readonly url: string;
  /**
   * Headers of the request. A secret one stands on no command line, and is sent to no other address: where the server
   * redirects, that is an error then, but for `Authorization` and `Cookie`, which curl keeps to the first host. Busybox's
   * wget cannot keep one secret, so a host that has only that needs curl. @defaultValue none
   */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  /**
   * Seconds in which nothing comes, after which the connection counts as lost. Busybox's wget has a limit of its own. What
   * one try may take as a whole is the `timeLimit` of every task; `retries` are those of every task, too. @defaultValue 30
   */
  readonly timeout?: number;
  /**
   * Keep what has come when a connection is lost, as `.tsplay-….part~` beside the file, and go on from there at the next try
   * or in the next run. @defaultValue true
   */
  readonly resume?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface BySha256 extends Fetched {
  /** The SHA-256 of the file: 64 hexadecimal digits. */
  readonly sha256: string;
  readonly sha512?: never;
  readonly unverified?: never;
}

interface BySha512 extends Fetched {
  /** The SHA-512 of the file: 128 hexadecimal digits. */
  readonly sha512: string;
  readonly sha256?: never;
  readonly unverified?: never;
}

interface Unverified extends Fetched {
  /**
   * There is no digest: what the server gives is taken as it is. The address must be `https://` then. A file that is there
   * counts as right, whatever is in it: neither a check nor a run looks for what the server has by now.
   */
  readonly unverified: true;
  readonly sha256?: never;
  readonly sha512?: never;
}

interface Absent {
  readonly url?: never;
  readonly sha256?: never;
  readonly sha512?: never;
  readonly unverified?: never;
  readonly headers?: never;
  readonly timeout?: never;
  readonly resume?: never;
  readonly mode?: never;
  readonly owner?: never;
  readonly group?: never;
  /** No such file. */
  readonly state: 'absent';
}

/** Options of {@link download}. */
export type DownloadOptions = BySha256 | BySha512 | Unverified | Absent;

type Present = Exclude<DownloadOptions, Absent>;

/** An address that both curl and wget take as it is. */
export const webAddress = option.line(
  /^https?:\/\/[!-~]+$/,
  "an address such as 'https://example.net/app.tar.gz', with what is not ASCII as %XX",
);

export const sha256Rule = option.line(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits');

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const headerText: OptionRule = (name, value) =>
  value instanceof Secret ? [] : option.line(/^[^\r\n]*$/, 'one line of text, or a secret')(name, value);

export const fetchRules = {
  url: webAddress,
  sha256: sha256Rule,
  headers: option.mapOf(headerText, (name) =>
    token.test(name) ? undefined : `headers has ${option.quoted(name)}, which is no name of a header`,
  ),
  timeout: option.whole(1, 86_400),
};

const options: OptionRules<DownloadOptions> = {
  ...ownership,
  ...fetchRules,
  sha512: option.line(/^[0-9a-fA-F]{128}$/, '128 hexadecimal digits'),
  unverified: option.rule('true, or be left out', (value) => value === true),
  resume: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * A file from a web server, fetched by the host itself, with curl or wget. It comes into a private file beside it, is
 * compared with its digest, and only then takes its place by a rename; a wrong digest never goes live. Certificates are
 * verified. A file that has the digest is not fetched again. Its folder must be there, and the file must be no symbolic
 * link. An undo brings back what was there.
 *
 * @example
 * download('/opt/app/app.tar.gz', {
 *   url: 'https://example.net/app-1.4.tar.gz',
 *   sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
 * })
 * @example
 * download('/opt/app/plugin.jar', { url, sha512, mode: '0640', group: 'app', headers: { 'X-Token': vars.token }, retries: 3 })
 * @see https://curl.se/docs/manpage.html
 */
export const download = defineModule<DownloadOptions>('download', {
  options,
  claims: (path, o) =>
    o.state === 'absent'
      ? []
      : pathClaims(path, `from ${o.url}, ${o.sha256 ?? o.sha512 ?? 'unverified'}`.toLowerCase(), {
          ...o,
          owner: ownerOf(o),
        }),
  check(path, o, problem) {
    filePathProblems(path).forEach(problem);
    if (path.includes('\\')) problem('the path must have no backslash');
    if (o.state === 'absent') {
      checkAbsent(o, [], problem);
      return;
    }
    ownerProblems(o).forEach(problem);
    if (o.url === undefined) problem("url is missing (or say state: 'absent')");
    else addressProblems(o.url).forEach(problem);
    const digests = [o.sha256, o.sha512, o.unverified].filter((one) => one !== undefined);
    if (digests.length === 0) problem('one of sha256, sha512 and unverified: true is needed');
    if (digests.length > 1) problem('only one of sha256, sha512 and unverified makes sense');
    if (o.unverified === true && o.url.startsWith('http:'))
      problem(
        'without a digest the address must be https://, or anybody on the way could put in what he likes',
      );
    if (o.unverified === true && o.resume === true)
      problem('resume: true needs a digest, by which it shows that the parts belong together');
  },
  steps(name, o, call) {
    if (o.state === 'absent') return [noFile(name)];
    const problems = secretHeaderProblems(o.headers);
    problems.forEach((one) => call.problem(one));
    if (problems.length > 0) return [];
    const path = option.plainPath(name);
    const owner = ownerOf(o);
    return [
      ...downloadSteps(path, o),
      ...metaStep(
        path,
        { mode: o.mode, owner, link: true },
        { inside: resourceOf('download', path), fresh: 'set' },
      ),
    ];
  },
});

/** What is wrong with an address, of those that are addresses. */
export function addressProblems(url: string): readonly string[] {
  return /^https?:\/\/[^/?#]*@/.test(url)
    ? ['url has a user in it, who would stand in process lists: give him as the header Authorization']
    : URL.canParse(url) || !/^https?:/.test(url)
      ? []
      : [`url is no address: ${option.quoted(url)}`];
}

/** Whether a plan has anything to do, for the tools that are needed then. */
export const differs = (plan: Sh): Sh => sh`TS_SAID=''; ${plan} || exit 2; [ -n "$TS_SAID" ]`;

/** A program that fetches. */
export const fetcher = (needed: Step['uses'], test: Sh): Step =>
  tool(
    ['curl', 'wget'],
    { debian: 'curl', fedora: 'curl', rhel: 'curl', suse: 'curl', alpine: 'curl', arch: 'curl' },
    { uses: needed, needed: test },
  );

/** What `download_fetch` and what it calls must know, as assignments, and the headers, a line each. */
export function fetching(o: {
  readonly url: string;
  readonly algorithm: 'sha256' | 'sha512' | 'none';
  readonly digest: string;
  readonly headers?: Readonly<Record<string, string | Secret>> | undefined;
  readonly timeout?: number | undefined;
  readonly resume: boolean;
}): { readonly settings: Sh; readonly input: string | Secret } {
  const headers = Object.entries(o.headers ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const hidden = headers.filter(([, value]) => value instanceof Secret);
  // Curl keeps these two to the host that they are for.
  const kept = hidden.every(([name]) => /^(authorization|cookie)$/i.test(name));
  const redirects = (few: boolean): number => (few ? 0 : 10);
  return {
    settings: sh`url=${o.url} algorithm=${o.algorithm} digest=${o.digest} silence=${o.timeout ?? 30} resume=${o.resume ? 'yes' : 'no'}
secret=${hidden.length > 0 ? 'yes' : 'no'} curl_redirects=${redirects(!kept)} wget_redirects=${redirects(hidden.length > 0 || o.algorithm === 'none')}`,
    input: withSecrets((reveal) =>
      headers
        .map(([name, value]) => `${name}: ${value instanceof Secret ? reveal(value) : value}\n`)
        .join(''),
    ),
  };
}

/** What is wrong with headers whose values are known now. */
export function secretHeaderProblems(
  headers: Readonly<Record<string, string | Secret>> = {},
): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    let wrong = false;
    withSecrets((reveal) => {
      wrong = value instanceof Secret && /[\r\n\0]/.test(reveal(value));
      return '';
    });
    return wrong ? [`the secret header ${name} has more than one line, or ends one`] : [];
  });
}

/** A file of this name can be made or replaced by `download_live`, and be given to its owner. */
export function replaceable(what: string, path: string, owner: string): Step {
  const all = stats(path);
  return requires(what, {
    uses: [downloadShell, ...(owner === '' ? [] : [all])],
    test:
      owner === ''
        ? builtins`download_able ${path} '' ''`
        : builtins`download_able ${path} ${owner} ${all.output}`,
    otherwise: `${path} cannot be written`,
    later: true,
  });
}

function downloadSteps(path: string, o: Present): readonly Step[] {
  const algorithm = o.sha256 === undefined ? (o.sha512 === undefined ? 'none' : 'sha512') : 'sha256';
  const digest = (o.sha256 ?? o.sha512 ?? '').toLowerCase();
  const owner = ownerOf(o) ?? '';
  const folder = path.slice(0, path.lastIndexOf('/'));
  const mark = createHash('sha256').update(`${path}\n${o.url}\n${digest}`).digest('hex').slice(0, 16);
  const seen = algorithm === 'none' ? `from ${o.url}` : `${algorithm} ${digest} from ${o.url}`;
  const { settings, input } = fetching({
    ...o,
    algorithm,
    digest,
    resume: algorithm !== 'none' && (o.resume ?? true),
  });
  const uses = [
    downloadShell,
    ...(algorithm === 'none'
      ? []
      : [lazily(query(`downloads_${algorithm}`, sh`download_sums ${`${algorithm}sum`} "$@"`, [path]))]),
  ];
  const plan = builtins`download_plan ${algorithm} ${path} ${digest} ${seen}`;
  return [
    replaceable(`${path} can be downloaded`, path, owner),
    fetcher(uses, differs(plan)),
    transaction(path, {
      uses,
      plan,
      input,
      run: sh`path=${path} part=${`${folder}/.tsplay-${mark}.part~`} kept=${keptName(path)} mode=${o.mode ?? ''} owner=${owner}
${settings}
[ -e "$path" ] || mode=\${mode:-644}
download_fetch && download_live`,
      undo: sh`download_undo ${path} ${keptName(path)} "$1"`,
      provides: resourceOf('download', path),
    }),
  ];
}
