import { describe, expect, it } from 'vitest';
import { authorizedKey, group, sudoers, user } from '../../../modules/index.ts';
import { secret, Secret } from '../../../src/steps/index.ts';
import { problemsOf, stepsOf } from '../../support/modules.ts';
import { keys } from './keys.ts';

type Loose = (name: unknown, options?: object) => unknown;
const hash = `$6$salt$${'a'.repeat(86)}`;
const key = keys.ed25519('alice@laptop');

type Case = readonly [what: string, name: unknown, options: object | undefined, expected: readonly RegExp[]];

/** Each call has these problems and no others. */
function refuses(module: unknown, cases: readonly Case[]): void {
  it.each(cases)('%s', async (_what, name, options, expected) => {
    const problems = await problemsOf(() => void (module as Loose)(name, options));
    expect(problems).toEqual(expected.map((one) => expect.stringMatching(one)));
  });
}

const name = /^the name must be at most 32 letters, digits/;

describe('a user', () => {
  refuses(user, [
    ['a name with a leading dash', '-rf', {}, [name]],
    ['a name that is a number', '1000', {}, [name]],
    ['a name in Unicode', 'älice', {}, [name]],
    ['an overlong name', 'a'.repeat(33), {}, [name]],
    ['a name with a colon', 'a:b', {}, [name]],
    ['a name with a newline', 'a\nb', {}, [/control characters/, name]],
    ['root that goes', 'root', { state: 'absent' }, [/^root cannot be removed/]],
    ['root that is somebody', 'root', { uid: 1 }, [/^the uid of root is 0/]],
    ['a uid as text', 'a', { uid: '1000' }, [/^uid must be a whole number from 0 to 4294967294/]],
    ['a uid out of range', 'a', { uid: 2 ** 32 - 1 }, [/^uid must be a whole number/]],
    ['a comment with a colon', 'a', { comment: 'x:0:0' }, [/^comment must have no ':'/]],
    ['a comment of two lines', 'a', { comment: 'x\ny' }, [/^comment must have no newlines/]],
    ['an overlong comment', 'a', { comment: 'é'.repeat(128) }, [/^comment must be at most 255 bytes/]],
    ['a relative home', 'a', { home: 'home/a' }, [/^home /]],
    ['a home with ..', 'a', { home: '/home/../root' }, [/^home /]],
    ['a home with a colon', 'a', { home: '/home/a:b' }, [/^home must have no ':'/]],
    ['a relative shell', 'a', { shell: 'bash' }, [/^shell /]],
    ['groups twice', 'a', { groups: ['x', 'x'] }, [/^groups has 'x' twice/]],
    ['groups that are no list', 'a', { groups: 'x' }, [/^groups must be a list/]],
    [
      'the main group among the others',
      'a',
      { group: 'x', groups: ['x'] },
      [/^groups must not have the main group 'x'/],
    ],
    [
      'what is added to nothing',
      'a',
      { appendGroups: true },
      [/^appendGroups makes no sense without groups/],
    ],
    ['a day that is none', 'a', { expires: '2027-02-30' }, [/^expires must be 'never' or a day/]],
    ['a time', 'a', { expires: 1_800_000_000 }, [/^expires must be/]],
    ['a home that is removed from one who stays', 'a', { removeHome: true }, [/^removeHome makes no sense/]],
    ['fields of one who goes', 'a', { state: 'absent', uid: 1, groups: [] }, [/^uid makes/, /^groups makes/]],
    ['a misspelt option', 'a', { comments: 'x' }, [/^there is no option 'comments'/]],
    ['an update of no password', 'a', { updatePassword: 'always' }, [/^updatePassword makes no sense/]],
  ]);

  it.each([
    ['the password itself', 'hunter2'],
    ['a secret one', secret('hunter2')],
    ['a hash of another kind', `$1$salt$${'a'.repeat(22)}`],
    ['half a hash', hash.slice(0, -1)],
    ['an empty one', ''],
    ['a hash with another field', `${hash}:0`],
    ['a hash with a newline', `${hash}\nroot:x`],
  ])('has no password that is %s, and does not tell it', async (_what, password) => {
    const problems = await problemsOf(() => void user('a', { password }));
    expect(problems).toEqual([
      expect.stringMatching(/^password must be a hash .*make one with: openssl passwd -6/),
    ]);
    expect(problems.join()).not.toMatch(/hunter2|aaa/);
  });

  it.each([
    hash,
    `$6$rounds=5000$salt$${'a'.repeat(86)}`,
    `$5$salt$${'a'.repeat(43)}`,
    `$y$j9T$${'a'.repeat(22)}$${'b'.repeat(43)}`,
    `$2b$12$${'a'.repeat(53)}`,
    '*',
    '!',
  ])('has a password that is %s', async (password) => {
    expect(await problemsOf(() => void user('a', { password }))).toEqual([]);
    expect(await problemsOf(() => void user('a', { password: secret(password) }))).toEqual([]);
  });

  it('has its hash in no text of a step', async () => {
    const steps = await stepsOf(() => void user('a', { password: hash }));
    const [step] = steps.filter(({ what }) => what === 'password of a');
    expect(step).toMatchObject({ kind: 'value', secret: true, want: expect.any(Secret) as unknown });
    expect(JSON.stringify(steps.map((one) => ({ ...one, want: undefined })))).not.toContain('aaaa');
  });

  it('clashes with another of its number, and with what another task wants of it', async () => {
    const problems = await problemsOf(() => {
      user('a', { uid: 2000 });
      user('b', { uid: 2000 });
      user('a', { uid: 2000 });
      user('a', { uid: 2000, shell: '/bin/sh' });
      user('c', { password: hash });
      user('c', { password: '*' });
    });
    expect(problems.map((problem) => / wants (\S+) to be/.exec(problem)?.[1])).toEqual([
      'uid:2000',
      'user:a',
      'user:c',
    ]);
    expect(problems.join()).not.toContain('aaaa');
  });
});

describe('a group', () => {
  refuses(group, [
    ['a name with a leading dash', '-g', {}, [name]],
    ['a gid as text', 'a', { gid: '1' }, [/^gid must be a whole number/]],
    ['members twice', 'a', { members: ['x', 'x'] }, [/^members has 'x' twice/]],
    [
      'members that are none',
      'a',
      { members: ['x,y', ''] },
      [/^members\[0\] must be at most 32/, /^members\[1\] must be/],
    ],
    ['nobody else than left open', 'a', { exclusive: true }, [/^exclusive makes no sense without members/]],
    ['fields of one that goes', 'a', { state: 'absent', gid: 1 }, [/^gid makes no sense/]],
  ]);
});

describe('an authorized key', () => {
  refuses(authorizedKey, [
    ['no key', 'a', {}, [/^key is missing/]],
    ['both', 'a', { key, keys: [key] }, [/^key and keys exclude/]],
    ['an empty list', 'a', { keys: [] }, [/^keys must not be empty/]],
    ['a key twice', 'a', { keys: [key, key.replace('laptop', 'desk')] }, [/^keys has one key twice/]],
    [
      'a private key',
      'a',
      { key: '-----BEGIN OPENSSH PRIVATE KEY-----\nx' },
      [/^key is a private key; give the public/],
    ],
    ['two keys in one', 'a', { key: `${key}\n${key}` }, [/^key must have no newlines/]],
    ['half a key', 'a', { key: key.slice(0, 60) }, [/^key is not a whole key of type ssh-ed25519/]],
    [
      'a key of another type than it says',
      'a',
      { key: key.replace('ssh-ed25519', 'ssh-rsa') },
      [/^key is not a whole key of type ssh-rsa/],
    ],
    [
      'options in the key',
      'a',
      { key: `no-pty ${key}` },
      [/^key begins with options; give these by the option/],
    ],
    ['an old type', 'a', { key: 'ssh-dss AAAA' }, [/^key must begin with the type of a key/]],
    ['no text', 'a', { key: 1 }, [/^key must be the text of a public key/]],
    ['a path with a folder above', 'a', { key, path: '../x/keys' }, [/^path must not have/]],
    ['a path that is a folder', 'a', { key, path: '.ssh/' }, [/^path names a folder/]],
    ['a bare name', 'a', { key, path: 'authorized_keys' }, [/^path must have a folder in it/]],
    ['an unknown token', 'a', { key, path: '/etc/keys/%t' }, [/^path can have %u/]],
    [
      'an unknown option of the key',
      'a',
      { key, options: { noPty: true } },
      [/^options has no option 'noPty'/],
    ],
    [
      'a command of two lines',
      'a',
      { key, options: { command: 'a\nb' } },
      [/^options.command must have no newlines/],
    ],
    ['a pattern with a quote', 'a', { key, options: { from: ['a"b'] } }, [/^options.from\[0\] must be/]],
    [
      'a variable of two lines',
      'a',
      { key, options: { environment: { A: 'x\ny' } } },
      [/^options.environment.A must have no newlines/],
    ],
    [
      'names of certificates of a key that signs none',
      'a',
      { key, options: { principals: ['a'] } },
      [/^options.principals makes no sense without certAuthority$/],
    ],
    ['options of one that goes', 'a', { key, options: {}, state: 'absent' }, [/^options makes no sense/]],
    ['a name with a colon', 'a:b', { key }, [name]],
  ]);

  it('says what a key may do in the words of sshd', async () => {
    const steps = await stepsOf(() => {
      authorizedKey('a', { key, options: { certAuthority: true, principals: ['ops', 'a'] } });
      const options = { tunnel: 0, noTouchRequired: true, verifyRequired: true };
      authorizedKey('b', { key, options });
    });
    expect(
      steps.flatMap((step) => (step.kind === 'entries' ? step.want.map(([, line]) => line) : [])),
    ).toEqual([
      `cert-authority,principals="ops,a" ${key}`,
      `tunnel="0",no-touch-required,verify-required ${key}`,
    ]);
  });

  it('clashes with one that says otherwise, and with a list that is closed', async () => {
    const other = keys.ed25519('bob');
    const problems = await problemsOf(() => {
      authorizedKey('a', { key });
      authorizedKey('a', { key, options: { pty: false } });
      authorizedKey('a', { key: other });
      authorizedKey('a', { key: other, state: 'absent' });
      authorizedKey('a', { keys: [key], exclusive: true });
    });
    expect(problems).toHaveLength(3);
  });
});

describe('a rule for sudo', () => {
  refuses(sudoers, [
    [
      'a name that sudo passes over',
      'a.conf',
      { group: 'x', commands: 'ALL' },
      [/^the name must be .*sudo passes over/],
    ],
    ['a backup', 'a~', { state: 'absent' }, [/^the name must be/]],
    ['a path', '../a', { state: 'absent' }, [/^the name must be/]],
    ['nobody', 'a', { commands: 'ALL' }, [/^user or group is missing/]],
    ['nothing', 'a', { user: 'x' }, [/^commands is missing/]],
    ['no commands', 'a', { user: 'x', commands: [] }, [/^commands must not be empty/]],
    [
      'a command without a path',
      'a',
      { user: 'x', commands: ['ls'] },
      [/^commands\[0\] must be a command with an absolute/],
    ],
    [
      'a command of two lines',
      'a',
      { user: 'x', commands: ['/bin/a\nx ALL=ALL'] },
      [/^commands\[0\] must have no newlines/],
    ],
    ['a backslash', 'a', { user: 'x', commands: ['/bin/a \\'] }, [/^commands\[0\] must have no backslash/]],
    [
      'an alias',
      'a',
      { user: 'ADMINS', commands: 'ALL' },
      [/^user must be the name of an account, and not in capitals/],
    ],
    ['a list within a name', 'a', { user: 'a, b', commands: 'ALL' }, [/^user must be the name/]],
    ['as whom', 'a', { user: 'x', commands: 'ALL', runAs: 'a b' }, [/^runAs must be/]],
    [
      'both ways',
      'a',
      { content: 'x', user: 'x', noPassword: true },
      [/^content and user exclude/, /^content and noPassword exclude/],
    ],
    ['options of one that goes', 'a', { state: 'absent', group: 'x' }, [/^group makes no sense/]],
  ]);
});
