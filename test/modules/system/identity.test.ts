import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostname, locale, timezone } from '../../../modules/index.ts';
import { problemsOf } from '../../support/modules.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { shellNames } from '../../support/shells.ts';

type Loose = (name: unknown, options?: object) => unknown;

describe('options', () => {
  it.each([
    [
      'an overlong name',
      hostname,
      'a'.repeat(60) + '.example',
      {},
      /^the name must be at most 64 characters/,
    ],
    ['an overlong label', hostname, 'a'.repeat(64), {}, /^the name must be letters, digits and dashes/],
    ['a leading dash', hostname, '-web', {}, /^the name must be letters/],
    ['an underscore', hostname, 'web_1', {}, /^the name must be letters/],
    ['Unicode', hostname, 'wéb', {}, /^the name must be letters/],
    ['a final dot', hostname, 'web.', {}, /^the name must be letters/],
    ['a word for a flag', hostname, 'web', { hosts: 'yes' }, /^hosts must be true or false/],
    ['a misspelt option', hostname, 'web', { host: true }, /^there is no option 'host'/],
    ['a path', timezone, '../etc/passwd', {}, /^the name must be that of a time zone/],
    ['an absolute path', timezone, '/etc/localtime', {}, /^the name must be that of a time zone/],
    ['an option', timezone, 'Etc/UTC', { zone: 'x' }, /^there is no option 'zone'/],
    ['no encoding', locale, 'en_US', {}, /^the name must be a locale with its encoding/],
    ['an option of localedef', locale, '-i', {}, /^the name must be a locale/],
    [
      'the default that goes',
      locale,
      'en_US.UTF-8',
      { state: 'absent', default: true },
      /^default makes no sense/,
    ],
  ])('%s', async (_what, module, name, options, message) => {
    expect(await problemsOf(() => void (module as Loose)(name, options))).toEqual([
      expect.stringMatching(message),
    ]);
  });

  it('clash over what a host has one of', async () => {
    const problems = await problemsOf(() => {
      hostname('a');
      hostname('b');
      timezone('Etc/UTC');
      timezone('Europe/Berlin');
      locale('en_US.UTF-8', { default: true });
      locale('de_DE.UTF-8', { default: true });
    });
    expect(problems.map((problem) => / wants (\S+) to be/.exec(problem)?.[1])).toEqual([
      'sysctl:kernel/hostname',
      'file:/etc/hostname',
      'file:/etc/localtime',
      'locale:default',
    ]);
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let host: OverlayHost;
  beforeEach(async () => {
    host = await OverlayHost.start();
  });
  afterEach(() => host.close());

  it('what the host does not have is told', async () => {
    const told = async (body: () => void): Promise<string> => {
      const check = await host.run(shell, body, { mode: 'check' });
      expect((await host.run(shell, body)).told).toEqual(check.told);
      return check.told.join(' ');
    };
    expect(await told(() => void timezone('Europe/Berlim'))).toBe(
      'failed this host has no time zone Europe/Berlim; did you mean Europe/Berlin?',
    );
    expect(await told(() => void locale('xx_XX.UTF-8'))).toBe(
      'failed this host cannot make the locale xx_XX.UTF-8',
    );
    host.sh(
      'rm -r /usr/share/zoneinfo /usr/share/i18n/locales; echo "LANG=\\"eo.UTF-8\\"" >/etc/default/locale',
    );
    expect(await told(() => void timezone('Europe/Berlin'))).toMatch(
      /: the package tzdata is not installed$/,
    );
    expect(await told(() => void locale('eo.UTF-8'))).toMatch(
      /: the package with the sources of locales is not installed/,
    );
    expect(await told(() => void locale('eo.UTF-8', { state: 'absent' }))).toMatch(
      /^failed eo.UTF-8 is the default locale/,
    );
  });

  it('a host without /etc/hosts entry for itself gets one, and other lines stay', async () => {
    host.sh(
      `printf '# mine\\n127.0.0.1\\tlocalhost\\n127.0.0.1 other\\n127.0.1.1 old old.example\\n10.0.0.1 db' >/etc/hosts`,
    );
    const run = await host.run(shell, () => void hostname('web1', { hosts: true }));
    expect(run.told).toEqual(['changed']);
    expect(host.sh('cat /etc/hosts')).toBe(
      '# mine\n127.0.0.1\tlocalhost\n127.0.0.1 other\n127.0.1.1\tweb1\n10.0.0.1 db',
    );
  });
});
