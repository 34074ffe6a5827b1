import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { debconf, pkg } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import { Forks } from '../../support/forks.ts';
import { problemsOf, programOf } from '../../support/modules.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { overlayLaw } from '../../support/overlay-law.ts';
import { runIn } from '../../support/shells.ts';
import { LocalRepository, onlyOnOverlay } from './local-repository.ts';

const repository = new LocalRepository();
afterAll(() => repository.remove());

const odd = `it's "one" \\ 100%  $HOME\\`;
const password = secret('geheim  \\t');
// The stanzas of the questions, in whatever file debconf keeps them.
const view = `awk -v RS= '/tiny-/ { print FILENAME; print }' /var/cache/debconf/*.dat`;

/** All templates of this machine are read at each call: a megabyte. */
const noTemplates = `${onlyOnOverlay}; : >/var/cache/debconf/templates.dat; : >/var/cache/debconf/config.dat`;

overlayLaw(
  {
    'answers to what will be asked': {
      ground: noTemplates,
      declared: () =>
        void debconf('tiny-ask', {
          answers: {
            'tiny-ask/name': odd,
            'tiny-ask/kind': { type: 'select', value: 'b' },
            'tiny-ask/several': ['x', 'y z'],
            'tiny-ask/password': password,
          },
        }),
      there: {
        'debconf-show tiny-ask | sort': `* tiny-ask/kind: b
* tiny-ask/name: ${odd}
* tiny-ask/password: (password omitted)
* tiny-ask/several: x, y z`,
        "echo 'get tiny-ask/password' | debconf-communicate": '0 geheim  \\t',
      },
      varied: () =>
        void debconf('tiny-ask', {
          answers: {
            'tiny-ask/name': '',
            'tiny-ask/kind': { type: 'select', value: 'b' },
            'tiny-ask/password': password,
          },
        }),
      variation: /debconf|^Value: |^$/,
      drift: `printf 'set tiny-ask/name other\\nfset tiny-ask/kind seen false\\nset tiny-ask/password x\\n' | debconf-communicate >/dev/null; echo 'unregister tiny-ask/several' | debconf-communicate tiny-ask`,
      absent: () =>
        void debconf('tiny-ask', {
          state: 'absent',
          questions: ['tiny-ask/name', 'tiny-ask/kind', 'tiny-ask/several'],
        }),
      gone: { 'debconf-show tiny-ask': '* tiny-ask/password: (password omitted)' },
      view,
      traces: /var\/cache(\/debconf.*)?$/,
    },
  },
  // What follows is in dash.
  ['ash', 'bash'],
);

describe('beside the law', () => {
  it('answers a package, which then forgets what is secret', async () => {
    const host = await OverlayHost.start();
    host.sh(`${noTemplates}
${repository.ground()}
for name in sed grep debconf-communicate debconf-set-selections; do
  printf '#!/bin/sh\\necho "$0 $*" >>/run/words\\nexec /usr/bin/%s "$@"\\n' $name >/usr/local/sbin/$name; chmod 755 /usr/local/sbin/$name
done`);
    const body = (): void => {
      debconf('tiny-ask', { answers: { 'tiny-ask/name': 'somebody' } });
      debconf('tiny-ask', { answers: { 'tiny-ask/password': password }, beforeInstall: true });
      pkg('tiny-ask');
    };
    const check = await host.run('dash', body, { mode: 'check' });
    expect(check.told).toEqual(['changed', 'changed', 'changed']);
    const run = await host.run('dash', body);
    expect(run.told).toEqual(['changed', 'changed', 'changed']);
    expect(host.sh('cat /etc/tiny-ask')).toBe('somebody\na\ngeheim  \\t');
    const again = await host.run('dash', body);
    expect(again.told).toEqual(['ok', 'ok', 'ok']);
    expect(JSON.stringify([check.events, run.events]) + run.stderr).not.toContain('geheim');
    const words = host.sh('cat /run/words');
    expect(words).toContain('debconf-set-selections');
    expect(words).not.toContain('geheim');
    expect(host.sh('grep -rl geheim /var/lib/tsplay-test /var/cache/debconf || echo none')).toBe('none');
    // Of a package that is there a question stays, with its default.
    const gone = (): void =>
      void debconf('tiny-ask', { state: 'absent', questions: ['tiny-ask/name', 'tiny-ask/kind'] });
    const away = await host.run('dash', gone);
    expect(away.told).toEqual(['changed']);
    expect(host.sh('debconf-show tiny-ask | grep name')).toBe('  tiny-ask/name: nobody');
    expect((await host.run('dash', gone)).told).toEqual(['ok']);
    host.undo('dash', away.name);
    expect(host.sh('debconf-show tiny-ask | grep name')).toBe('* tiny-ask/name: somebody');
    host.undo('dash', run.name);
    // The question that only the package has asked is its own matter.
    expect(host.sh(`${view}; dpkg -l tiny-ask 2>&1 || :`)).not.toMatch(/tiny-ask\/(?:name|password)|^ii/m);
    await host.close();
  });

  it('waits while another one has the database', async () => {
    const host = await OverlayHost.start();
    host.sh(`nohup python3 -c "
import fcntl, time
lock = open('/var/cache/debconf/config.dat', 'r+')
fcntl.flock(lock, fcntl.LOCK_EX)
open('/run/held', 'w')
time.sleep(0.5)" >/dev/null 2>&1 & while [ ! -e /run/held ]; do sleep 0.1; done`);
    const body = (): void => void debconf('tiny-ask', { answers: { 'tiny-ask/name': 'x' } });
    expect((await host.run('ash', body)).told).toEqual(['changed']);
    await host.close();
  });

  it('asks about all questions of a play at once', async () => {
    const [host, forks] = [await OverlayHost.start(), new Forks()];
    const home = mkdtempSync(join(tmpdir(), 'tsplay-debconf-'));
    const many = (count: number) => (): void => {
      for (let n = 1; n <= count; n += 1)
        debconf(`tiny-${n}`, {
          answers: { [`tiny-${n}/a`]: 'x', [`tiny-${n}/b`]: false },
          beforeInstall: n % 2 === 0,
        });
    };
    host.sh(
      'for n in 1 2 3 4 5 6 7 8 9; do printf "tiny-$n tiny-$n/a string x\\ntiny-$n tiny-$n/b boolean false\\n"; done | debconf-set-selections',
    );
    const processes = async (count: number): Promise<number> => {
      const under = [...forks.under, ...host.under];
      const run = await runIn('dash', await programOf(many(count)), { home, mode: 'check', cwd: '/', under });
      expect([...new Set(run.statuses)]).toEqual(['ok']);
      return forks.count();
    };
    expect(await processes(9)).toBe(await processes(2));
    forks.close();
    rmSync(home, { recursive: true });
    await host.close();
  });
});

it('says all that is wrong before anything is connected to', async () => {
  const wrong = async (body: () => void): Promise<string> => (await problemsOf(body)).join('\n');
  const call = debconf as (name: string, options: object) => unknown;
  expect(
    await wrong(
      () =>
        void call('-x', {
          answers: {
            mailname: 'x',
            '-a/b': 'x',
            'a/b c': 'x',
            'a/b': 'two\nlines',
            'a/c': ' x',
            'a/h': 'a\\nb',
            'a/d': 1,
            'a/e': { type: 'number', value: 'x' },
            'a/f': ['a,b'],
            'a/g': { value: 'x' },
          },
          questions: ['a/b'],
        }),
    ),
  ).toMatchInlineSnapshot(`
    "'mailname' is not a question such as 'postfix/mailname'
    '-a/b' is not a question such as 'postfix/mailname'
    'a/b c' is not a question such as 'postfix/mailname'
    answers.a/b must be one line without \\n in it and without blanks at its ends, true or false, a list or a secret, not 'two\\u000alines'
    answers.a/c must be one line without \\n in it and without blanks at its ends, true or false, a list or a secret, not ' x'
    answers.a/h must be one line without \\n in it and without blanks at its ends, true or false, a list or a secret, not 'a\\nb'
    answers.a/d must be one line without \\n in it and without blanks at its ends, true or false, a list or a secret, not the number 1
    answers.a/e.type must be 'string' or 'boolean' or 'select' or 'multiselect' or 'password' or 'text' or 'note' or 'title', not 'number'
    answers.a/f[0] must be a choice without a comma, not 'a,b'
    answers.a/g has no type
    the name must be that of a package of Debian, not '-x'
    questions makes no sense without state: 'absent'"
  `);
  expect(
    await wrong(() => {
      call('a1', {});
      call('b1', { answers: {} });
      call('c1', { state: 'absent', answers: { 'a/b': 'x' } });
      call('d1', { state: 'absent', questions: ['a/b', 'a/b'] });
      call('e1', { answers: { 'e/a': secret('two\nlines') } });
      call('f1', { answers: { 'f/a': 'x' }, answer: {} });
    }),
  ).toMatchInlineSnapshot(`
    "answers is missing (or say state: 'absent')
    answers must not be empty
    answers makes no sense with state: 'absent'
    questions is missing: which are to have no answer?
    questions has one twice
    answers.e/a must be one line without \\n in it and without blanks at its ends
    there is no option 'answer'; did you mean answers?"
  `);
  const both = wrong(() => {
    debconf('g1', { answers: { 'g/a': 'x' } });
    debconf('g1', { answers: { 'g/a': 'y' } });
  });
  expect(await both).toContain('debconf:g/a');
});
