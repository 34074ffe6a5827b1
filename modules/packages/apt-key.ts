import {
  builtins,
  defineModule,
  file,
  noFile,
  option,
  present,
  sh,
  transaction,
  type OptionRules,
  type Step,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { isText, readBinaryKeys, readKeys } from './openpgp.ts';

interface Here {
  /** The key, in ASCII armor, or the bytes of one that is not. Left out where `source` or `url` says where it is. */
  readonly content?: string | Uint8Array;
  /** A file that has it, in ASCII armor or not, relative to the file in which this is written. In place of `content`, and
   * left out with it.
   */
  readonly source?: string;
  /**
   * Fingerprints of the primary keys that it must hold, and no others: 40 hexadecimal digits (64 for newer keys), with or
   * without blanks. @defaultValue not looked at
   */
  readonly fingerprint?: string | readonly string[];
  readonly url?: never;
  readonly sha256?: never;
  readonly format?: never;
  /** Whether it is to be there. @defaultValue 'present' */
  readonly state?: 'present';
}

interface Fetched {
  /** Where the host fetches it from. Needs `sha256`. Left out where the key stands in the project. */
  readonly url: string;
  /** Digest of what is fetched, 64 hexadecimal digits: whoever has the key signs what root will run.
   * Left out where the key stands in the project.
   */
  readonly sha256: string;
  /** Whether the file that is fetched is in ASCII armor or binary. @defaultValue 'armored' */
  readonly format?: 'armored' | 'binary';
  readonly content?: never;
  readonly source?: never;
  readonly fingerprint?: never;
  readonly state?: 'present';
}

interface Absent {
  /** No such key, as neither of the two files. */
  readonly state: 'absent';
  readonly content?: never;
  readonly source?: never;
  readonly fingerprint?: never;
  readonly url?: never;
  readonly sha256?: never;
  readonly format?: never;
}

/** Options of {@link aptKey}. */
export type AptKeyOptions = Here | Fetched | Absent;

const hex = option.line(
  /^[0-9A-Fa-f]{4}(?: *[0-9A-Fa-f]{4}){9}(?:(?: *[0-9A-Fa-f]{4}){6})?$/,
  'a fingerprint of 40 or 64 hexadecimal digits',
);

const options: OptionRules<AptKeyOptions> = {
  content: option.rule(
    'a text or bytes',
    (value) => typeof value === 'string' || value instanceof Uint8Array,
  ),
  source: option.line(),
  fingerprint: (name, value) =>
    Array.isArray(value) ? option.listOf(hex, 1)(name, value) : hex(name, value),
  url: option.line(/^(?:https?|file):\/\S+$/, "a URL such as 'https://example.org/key.asc'"),
  sha256: option.line(/^[0-9A-Fa-f]{64}$/, 'a SHA-256 digest of 64 hexadecimal digits'),
  format: option.oneOf('armored', 'binary'),
  state: option.oneOf('present', 'absent'),
};

const folder = '/etc/apt/keyrings';

/**
 * A key by which apt trusts a repository, in `/etc/apt/keyrings/NAME.asc`, or `NAME.gpg` if it is not in ASCII armor: name it
 * there in `signedBy` of {@link aptRepository}. What stands in the project is read and verified here; the host needs no
 * gpg. There is one of
 * the two files only.
 *
 * @example
 * aptKey('docker', { source: 'keys/docker.asc', fingerprint: '9DC8 5822 9FC7 DD38 854A  E2D8 8D81 803C 0EBF CD88' })
 * @example
 * aptKey('internal', { url: 'https://apt.example.org/key.asc', sha256: vars.keyDigest })
 * @see https://manpages.debian.org/bookworm/apt/sources.list.5.en.html#THE_DEB_AND_DEB-SRC_TYPES:_OPTIONS
 */
export const aptKey = defineModule<AptKeyOptions>('aptKey', {
  options,
  claims: (name, o) => [
    { resource: `apt-key:${name}`, value: o.url === undefined ? (o.state ?? 'present') : o.sha256 },
  ],
  check(name, o, problem) {
    if (!isFileName(name))
      problem(
        `the name must be at most 200 letters, digits, _, - and dots between them, not ${option.quoted(name)}`,
      );
    if (o.state === 'absent') {
      checkAbsent(o, [], problem);
      return;
    }
    const from = (['content', 'source', 'url'] as const).filter((key) => o[key] !== undefined);
    if (from.length === 0) problem('give content, source or url');
    if (from.length > 1) problem(`${from.join(' and ')} exclude each other`);
    if (o.url !== undefined) {
      if (o.sha256 === undefined) problem('url needs sha256, the digest of what is fetched');
      if (o.fingerprint !== undefined)
        problem('fingerprint is looked at here, so it makes no sense with url; sha256 says which key it is');
    } else {
      for (const key of ['sha256', 'format'] as const)
        if (o[key] !== undefined) problem(`${key} makes no sense without url`);
    }
  },
  steps(name, o, call) {
    const path = `${folder}/${name}`;
    if (o.state === 'absent') return [noFile(`${path}.asc`), noFile(`${path}.gpg`)];
    if (o.url !== undefined) {
      return [keyrings, fetched(path, o), noFile(`${path}.${o.format === 'binary' ? 'asc' : 'gpg'}`)];
    }
    const given = o.content ?? call.bytes(o.source ?? '');
    if (given === undefined) return [];
    const text =
      typeof given === 'string' ? given : isText(given) ? new TextDecoder().decode(given) : undefined;
    const read = text === undefined ? readBinaryKeys(given as Uint8Array) : readKeys(text);
    const label = o.source ?? 'content';
    if ('problem' in read) {
      call.problem(`${label}: ${read.problem}`);
      return [];
    }
    const wanted = [o.fingerprint ?? []].flat().map((one) => one.replaceAll(' ', '').toUpperCase());
    if (wanted.length > 0) {
      for (const one of wanted)
        if (!read.fingerprints.includes(one))
          call.problem(`${label} has no key ${one}; it has ${read.fingerprints.join(', ')}`);
      for (const one of read.fingerprints)
        if (!wanted.includes(one))
          call.problem(`${label} has the key ${one} too, which fingerprint does not name`);
    }
    const content = text === undefined || text.endsWith('\n') ? (text ?? given) : `${text}\n`;
    const [is, other] = text === undefined ? ['gpg', 'asc'] : ['asc', 'gpg'];
    return [keyrings, file(`${path}.${is}`, { content, mode: '644' }), noFile(`${path}.${other}`)];
  },
});

// Older releases come without it.
const keyrings: Step = present(`the folder ${folder}`, {
  test: builtins`[ -d ${folder} ]`,
  create: sh`mkdir -m 755 ${folder}`,
  remove: sh`rmdir ${folder}`,
  lifetime: 'disk',
});

/** A file that the host fetches with what apt itself has for that, which looks at its digest. */
function fetched(path: string, { url, sha256, format = 'armored' }: Fetched): Step {
  const target = `${path}.${format === 'armored' ? 'asc' : 'gpg'}`;
  const digest = sha256.toLowerCase();
  return transaction(target, {
    plan: sh`[ -e ${target} ] || { printf '\tkey %s\t\n' ${digest}; exit; }
is=$(sha256sum ${target}) || exit 2
[ "\${is%% *}" = ${digest} ] || printf 'key %s\tkey %s\t\n' "\${is%% *}" ${digest}`,
    run: sh`old="$TS_DIR"/key-$TS_STEP fetched="$TS_DIR"/key-$TS_STEP.new new=${`${target}.tsplay-new`}
[ ! -e ${target} ] || cp -p ${target} "$old" || exit
/usr/lib/apt/apt-helper download-file ${url} "$fetched" ${`SHA256:${digest}`} || exit
case $(head -n 1 "$fetched" | tr -d '\000') in
  -----BEGIN\ PGP*) is=armored ;;
  *) is=binary ;;
esac
[ "$is" = ${format} ] || { printf 'what was fetched is %s: say so by format\n' "$is" >&2; exit 1; }
# Of a file: it makes a link.
cat "$fetched" >"$new" && rm -f "$fetched" && chmod 644 "$new" && mv -f "$new" ${target}`,
    undo: sh`old="$TS_DIR"/key-$TS_STEP
if [ -e "$old" ]; then mv -f "$old" ${target}; else rm -f ${target}; fi`,
  });
}

/** A name that apt does not leave out, for a file in one of its folders. */
export function isFileName(name: string): boolean {
  return /^[\w-]+(?:\.[\w-]+)*$/.test(name) && name.length <= 200 && !name.startsWith('-');
}
