import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { judge, knownTypes } from '../../src/transport/host-key-verdict.ts';
import { keyType, lookupName, parseKnownHosts, type KnownHost } from '../../src/transport/known-hosts.ts';

/** A public key of a type, whose rest is this text. */
function key(type: string, rest = 'one'): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(`${type}${rest}`)]);
}
const ed = key('ssh-ed25519');
const rsa = key('ssh-rsa');
const word = (blob: Buffer): string => `${keyType(blob)} ${blob.toString('base64')}`;
const line = (names: string, blob = ed): string => `${names} ${word(blob)}\n`;

function only(text: string): KnownHost {
  const { hosts, warnings } = parseKnownHosts(text, 'f');
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) throw new Error(`not one line: ${warnings.join()}`);
  return host;
}

const hash = (name: string): string => {
  const salt = Buffer.from('twenty bytes of salt');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};

describe('names', () => {
  it.each([
    ['web1', 'web1', true],
    ['web1', 'web10', false],
    ['WEB1.Example.org', 'web1.example.org', true],
    ['web1,10.0.0.1', '10.0.0.1', true],
    ['web1,10.0.0.1', 'web1,10.0.0.1', false],
    ['*.example.org', 'a.b.example.org', true],
    ['*.example.org', 'example.org', false],
    ['*.example.org', 'aXexample.org', false],
    ['web?', 'web1', true],
    ['web?', 'web', false],
    ['web?', 'web12', false],
    ['*,!web2', 'web1', true],
    ['*,!web2', 'web2', false],
    ['!web2,*', 'web2', false],
    ['!web2', 'web1', false],
    ['*.org,!*.example.org', 'a.example.org', false],
    ['[web1]:2222', '[web1]:2222', true],
    ['[web1]:2222', 'web1', false],
    ['web1', '[web1]:2222', false],
    ['[*]:2222', '[web1]:2222', true],
    ['[web?]:*', '[web1]:2222', true],
    ['2001:db8::1', '2001:db8::1', true],
    ['a+b(c).$', 'a+b(c).$', true],
    ['a+b', 'aab', false],
    [hash('web1'), 'web1', true],
    [hash('web1'), 'web2', false],
    [hash('[web1]:2222'), '[web1]:2222', true],
    [hash('[web1]:2222'), 'web1', false],
  ])('%s names %s: %s', (names, name, expected) => {
    expect(only(line(names)).names(name)).toBe(expected);
  });

  it('are looked up with the port where it is not 22, in lower case', () => {
    expect(lookupName('Web1', 22)).toBe('web1');
    expect(lookupName('Web1', 2222)).toBe('[web1]:2222');
    expect(lookupName('2001:DB8::1', 2222)).toBe('[2001:db8::1]:2222');
  });
});

describe('lines', () => {
  it('may be blank, a comment, indented, marked, with a comment at the end, or with CR', () => {
    const text = `# comment\n\n   # indented\n \t${line('a')}@revoked b ${word(rsa)} a comment\r\n@cert-authority\t*.org\t${word(ed)}`;
    expect(parseKnownHosts(text, 'file')).toEqual({
      hosts: [
        {
          marker: undefined,
          type: 'ssh-ed25519',
          key: ed,
          place: 'file:4',
          scope: 'one',
          names: expect.any(Function),
        },
        {
          marker: 'revoked',
          type: 'ssh-rsa',
          key: rsa,
          place: 'file:5',
          scope: 'one',
          names: expect.any(Function),
        },
        {
          marker: 'cert-authority',
          type: 'ssh-ed25519',
          key: ed,
          place: 'file:6',
          scope: 'pattern',
          names: expect.any(Function),
        },
      ],
      warnings: [],
    });
  });

  it.each([
    ['web1', 'the line is cut off'],
    ['web1 ssh-ed25519', 'the line is cut off'],
    ['@revoked web1 ssh-ed25519', 'the line is cut off'],
    [`@maybe web1 ${word(ed)}`, '@maybe is not a marker'],
    [`@revoked @cert-authority web1 ${word(ed)}`, 'only one marker can stand in a line'],
    ['web1 ssh-foo AAAA', 'ssh-foo is not a type of key'],
    [`web1 1024 35 ${'9'.repeat(300)}`, '1024 is not a type of key'],
    ['web1 ssh-ed25519 AA!A', 'the key is damaged'],
    ['web1 ssh-ed25519 AAAA', 'the key is damaged'],
    [`web1 ssh-ed25519 ${rsa.toString('base64')}`, 'the key is damaged'],
    [`web1 ssh-rsa ${rsa.toString('base64').slice(0, 9)}`, 'the key is damaged'],
    [`|1|abc ${word(ed)}`, 'the hashed name is damaged'],
    [`|2|abc|def ${word(ed)}`, 'the hashed name is damaged'],
  ])('that are damaged are named and passed over: %s', (bad, problem) => {
    const { hosts, warnings } = parseKnownHosts(`${bad}\n${line('good')}`, 'file');
    expect(hosts.map((host) => host.place)).toEqual(['file:2']);
    expect(warnings).toEqual([`file:1: ${problem}`]);
  });
});

describe('the verdict', () => {
  const lines = (text: string): readonly KnownHost[] =>
    parseKnownHosts(text, 'f').hosts.filter((host) => host.names('h'));

  it('is that a key is known, by any of several lines', () => {
    expect(judge(lines(line('h', rsa) + line('h', ed)), ed)).toEqual({ kind: 'known' });
  });

  it('is that it is unknown where no line names the host', () => {
    expect(judge(lines(line('other')), ed)).toEqual({ kind: 'unknown', authority: undefined });
  });

  it('is that it has changed where another key is known, of the same type or not', () => {
    const other = key('ssh-ed25519', 'two');
    expect(judge(lines(line('h', other)), ed)).toEqual({ kind: 'changed', places: ['f:1'] });
    expect(judge(lines(line('x') + line('h', rsa) + line('h', other)), ed)).toEqual({
      kind: 'changed',
      places: ['f:2', 'f:3'],
    });
  });

  it('is that it is revoked, even where it is known too', () => {
    expect(judge(lines(line('h') + line('@revoked *')), ed)).toEqual({ kind: 'revoked', places: ['f:2'] });
    expect(judge(lines(line('h') + line('@revoked *', rsa)), ed)).toEqual({ kind: 'known' });
    expect(judge(lines(line('h') + line('@revoked other')), ed)).toEqual({ kind: 'known' });
  });

  it('names a certificate authority, which makes no plain key known', () => {
    expect(judge(lines(line('@cert-authority *')), ed)).toEqual({ kind: 'unknown', authority: 'f:1' });
    expect(judge(lines(line('@cert-authority *', rsa) + line('h')), ed)).toEqual({ kind: 'known' });
  });

  it('counts only keys of plain lines as types to ask for', () => {
    const text =
      line('h', rsa) + line('@revoked h') + line('@cert-authority h') + line('h', key('ssh-rsa', 'two'));
    expect(knownTypes(lines(text))).toEqual(['ssh-rsa']);
  });
});
