import { option, tool, type Sh, type Step } from '../../../src/steps/index.ts';
import { sameName } from '../../tools.ts';
import { patternProblem } from './copy-exclude.ts';

/** What an archive can be. */
export type ArchiveFormat = (typeof archiveFormats)[number];

export const archiveFormats = ['tar', 'tar.gz', 'tar.xz', 'tar.zst', 'tar.bz2', 'zip'] as const;

/** Patterns of paths, as those of `copy`. */
export const patterns = option.listOf((name, value) => {
  const wrong = option.line()(name, value);
  return wrong.length > 0 ? wrong : patternProblem(String(value)).map((problem) => `${name} ${problem}`);
}, 1);

/** What the name of an archive says that it is. */
export function formatOf(name: string): ArchiveFormat | undefined {
  const plain = name.toLowerCase().replace(/[?#].*$/, '');
  const [, end = ''] = /\.(tar(?:\.(?:gz|xz|zst|bz2))?|tgz|txz|tbz2?|tzst|zip|jar|war)$/.exec(plain) ?? [];
  const short: Readonly<Record<string, ArchiveFormat>> = {
    tgz: 'tar.gz',
    txz: 'tar.xz',
    tbz: 'tar.bz2',
    tbz2: 'tar.bz2',
    tzst: 'tar.zst',
    jar: 'zip',
    war: 'zip',
  };
  return short[end] ?? archiveFormats.find((one) => one === end);
}

/** Programs beside tar, with Debian's packages. */
const programs: Readonly<Record<ArchiveFormat, readonly (readonly [string, string])[]>> = {
  tar: [],
  'tar.gz': [['gzip', 'gzip']],
  'tar.xz': [['xz', 'xz-utils']],
  'tar.zst': [['zstd', 'zstd']],
  'tar.bz2': [['bzip2', 'bzip2']],
  zip: [],
};

/** What packs or unpacks the format, where that is to be done. */
export function archiveTools(
  format: ArchiveFormat,
  what: 'pack' | 'unpack',
  uses: Step['uses'],
  needed?: Sh,
): readonly Step[] {
  const zip = what === 'pack' ? 'zip' : 'unzip';
  const options = { uses, ...(needed === undefined ? {} : { needed }) };
  return [
    { ...sameName(format === 'zip' ? zip : 'tar'), ...options },
    ...programs[format].map(([program, debian]) =>
      tool(
        program,
        { debian, fedora: program, rhel: program, suse: program, alpine: program, arch: program },
        options,
      ),
    ),
  ];
}
