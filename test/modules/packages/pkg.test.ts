import { expect, it } from 'vitest';
import { pkg } from '../../../modules/index.ts';
import { problemsOf, stepsOf } from '../../support/modules.ts';

const wrong = async (body: () => void): Promise<string> => (await problemsOf(body)).join('\n');

it('says all that is wrong before anything is connected to', async () => {
  expect(await wrong(() => void pkg('web server'))).toContain('give names');
  expect(
    await wrong(
      () =>
        void pkg('x', {
          names: [
            '-y',
            'a b',
            'foo-',
            'é',
            '@group',
            'a*',
            'ok',
            'ok',
            'nginx=1.2*',
            'https://x.example/a',
            'a.deb',
          ],
        }),
    ),
  ).toMatchInlineSnapshot(`
    "names[0] must be the name of a package, such as 'nginx' or 'libc6:i386', not '-y'
    names[1] must be the name of a package, such as 'nginx' or 'libc6:i386', not 'a b'
    names[2] must be the name of a package, such as 'nginx' or 'libc6:i386', not 'foo-'
    names[3] must be the name of a package, such as 'nginx' or 'libc6:i386', not 'é'
    names[4] must be the name of a package, such as 'nginx' or 'libc6:i386', not '@group'
    names[5] must be the name of a package, such as 'nginx' or 'libc6:i386', not 'a*'
    names[8] has a version in it, 'nginx=1.2*': give nginx, and the version by version
    names[9] names a file, 'https://x.example/a': pkg has packages of repositories; a file is for download and a command such as dpkg -i
    names[10] names a file, 'a.deb': pkg has packages of repositories; a file is for download and a command such as dpkg -i
    names has 'ok' twice"
  `);
  expect(
    await wrong(
      () =>
        void pkg('x', {
          names: { Debian: [], rhel: ['a', 'b'] },
          version: '1 2',
          cacheAge: '1w',
          lockTimeout: -1,
          manager: 'brew',
        } as never),
    ),
  ).toMatchInlineSnapshot(`
    "'Debian' is no distribution: give the ID of its os-release, or default
    names.Debian must not be empty
    version must be a version such as '1.24.0-1', a pattern such as '1.24.*', or a range such as '>=1.18, <2', not '1 2'
    cacheAge must be seconds, or a text such as '1h', '10m' or '7d', not '1w'
    lockTimeout must be a whole number from 0 to 86400, not the number -1
    manager must be 'apt' or 'dnf' or 'yum' or 'zypper' or 'apk' or 'pacman', not 'brew'
    version is about one package, so give one name"
  `);
  expect(
    await wrong(() => void pkg('x', { state: 'absent', version: '1', hold: true, cacheAge: 1 } as never)),
  ).toMatchInlineSnapshot(`
    "version makes no sense with state: 'absent'
    hold makes no sense with state: 'absent'
    cacheAge makes no sense with state: 'absent'"
  `);
  expect(await wrong(() => void pkg('x', { state: 'latest', version: '1', autoremove: true } as never)))
    .toMatchInlineSnapshot(`
    "autoremove makes no sense without state: 'absent' or 'purged'
    version and state: 'latest' exclude each other"
  `);
  expect(await wrong(() => void pkg('x', { names: {} }))).toBe('names must not be empty');
  expect(await wrong(() => void pkg('x', { version: '1\u202e$(id)\n' }))).toContain('version');
});

it('knows two tasks that want different things of a package, and those that do not', async () => {
  const both = (...options: readonly [object, object]) =>
    wrong(() => {
      pkg('a', { names: ['x'], ...options[0] });
      pkg('b', { names: ['x', 'y'], ...options[1] });
    });
  expect(await both({}, { state: 'latest' })).toBe('');
  expect(await both({}, { state: 'absent' })).toContain('package:x');
  expect(await both({ hold: true }, { hold: false })).toContain('hold of package:x');
});

it('is one step, whatever the number of packages', async () => {
  const steps = await stepsOf(() => void pkg('x', { names: ['a', 'b', 'c'], cacheAge: '2h' }));
  expect(steps.map(({ kind, what }) => `${kind} ${what}`)).toEqual(['transaction packages a, b, c']);
  expect(JSON.stringify(steps)).toContain("'7200' 'default=a' 'default=b' 'default=c'");
});
