import { beforeEach, describe, expect, it } from 'vitest';
import { selectHosts } from '../../src/inventory/pattern.ts';
import { tempProject, type TempProject } from '../playbook/load/temp-project.ts';
import { read } from './ansible/support.ts';
import { buildInventory } from './build-inventory.ts';

const numbered = Array.from({ length: 12 }, (_, index) => `web${String(index + 1).padStart(2, '0')}`);
const inventory = await buildInventory(
  {
    hosts: { db1: {}, 'db10.example.com': {} },
    groups: {
      web: { hosts: numbered },
      east: { hosts: ['web01', 'web02', 'db1', 'racka', 'rackd'] },
      site: { children: ['web'], hosts: ['node1', 'node01', 'node10'] },
      v6: { hosts: ['2001:db8::1', '2001:db8::2'] },
      nobody: {},
    },
  },
  '/inventory.yaml',
);
const select = (pattern: string, folder = '/'): readonly string[] =>
  selectHosts(inventory, pattern, folder).map(({ name }) => name);

describe('selectHosts', () => {
  it.each<[string, readonly string[]]>([
    ['db1', ['db1']],
    ['node1,db1,node1', ['db1', 'node1']],
    ['web', numbered],
    ['web02, db1 :web01', ['db1', 'web01', 'web02']],
    ['web0?', numbered.slice(0, 9)],
    ['db*', ['db1', 'db10.example.com']],
    ['db10.example.*', ['db10.example.com']],
    ['web[03:05]', ['web03', 'web04', 'web05']],
    ['web[03:08:2]', ['web03', 'web05', 'web07']],
    ['node[1:10]', ['node1', 'node10']],
    ['node[01:10]', ['node01', 'node10']],
    ['rack[a:c]', ['racka']],
    ['rack[a:d:3]', ['racka', 'rackd']],
    ['w?b[11:20]*', ['web11', 'web12']],
    ['rack[abc]', ['racka']],
    ['rack[!abc]', ['rackd']],
    ['web0[1-3]', ['web01', 'web02', 'web03']],
    ['site:&east', ['web01', 'web02']],
    ['east:!web', ['db1', 'racka', 'rackd']],
    ['!web:&east', ['db1', 'racka', 'rackd']],
    ['!web:east:&db*', ['db1']],
    ['all:!web*:!rack*:!node*:!zzz*:!2001*', ['db1', 'db10.example.com']],
    ['ea*:&*', ['db1', 'web01', 'web02', 'racka', 'rackd']],
    ['~^(?:db|rack).$', ['db1', 'racka', 'rackd']],
    ['~db', ['db1', 'db10.example.com']],
    ['~.*0[12]$:!~n', ['web01', 'web02']],
    ['~^web\\d{1,2}$,db1', ['db1', ...numbered]],
    ['2001:db8::1', ['2001:db8::1']],
    ['web01,2001:db8::1', ['web01', '2001:db8::1']],
    ['v6,!2001:db8::1', ['2001:db8::2']],
  ])('%s', (pattern, names) => {
    expect(select(pattern)).toEqual(names);
  });

  it.each<[string, readonly string[]]>([
    ['web[0]', ['web01']],
    ['web[-1]', ['web12']],
    ['web[-12]', ['web01']],
    ['web[0:2]', ['web01', 'web02', 'web03']],
    ['web[10:]', ['web11', 'web12']],
    ['web[10:40]', ['web11', 'web12']],
    ['east[2]', ['db1']],
    // Its own hosts stand before those of its children.
    ['site[0:3]', ['web01', 'node1', 'node01', 'node10']],
    ['w*[1]', ['web02']],
    ['db1[0]', ['db1']],
    ['all:!web[1:]:&web', ['web01']],
  ])('%s, by position', (pattern, names) => {
    expect(select(pattern)).toEqual(names);
  });

  it('names all hosts once, in the order of the inventory', () => {
    expect(select('all,web,*')).toEqual([...inventory.hosts.keys()]);
  });

  it.each([
    ['wen01', "the pattern 'wen01' matches no host; did you mean web01"],
    ['web:!esat', "'esat' in the pattern 'web:!esat' matches no host; did you mean east?"],
    ['db1,mail*', "'mail*' in the pattern 'db1,mail*' matches no host"],
    ['wbe*', "the pattern 'wbe*' matches no host; did you mean web*?"],
    ['wbe[01:05]', "the pattern 'wbe[01:05]' matches no host; did you mean web[01:05]?"],
    ['wbe[0]', "the pattern 'wbe[0]' matches no host; did you mean web[0]?"],
    ['web[12]', "the pattern 'web[12]' matches no host"],
    ['web[-13]', "the pattern 'web[-13]' matches no host"],
    ['web[20:30],node1', "'web[20:30]' in the pattern 'web[20:30],node1' matches no host"],
    ['nobody', "the pattern 'nobody' matches no host"],
    ['db1:!db1', "the pattern 'db1:!db1' matches no host"],
    ['', "the pattern '' matches no host"],
    [' , ', "the pattern ' , ' matches no host"],
  ])('%j matches nothing, which is an error', (pattern, message) => {
    expect(() => select(pattern)).toThrow(
      expect.objectContaining({
        code: 'pattern-empty',
        exit: 64,
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  it.each(['web[20:01]', 'web[1:b]', 'web[a:B]', 'rack[a:d:0]', 'web[', 'web[]', 'web[z-a]', '~(', '~[z-a]'])(
    '%s cannot be read',
    (pattern) => {
      expect(() => select(pattern)).toThrow(expect.objectContaining({ code: 'pattern-invalid', exit: 64 }));
    },
  );

  it('takes the host of a name that a group has too, but behind a mark the group', async () => {
    const both = await read({ hosts: 'web9\n[web]\nweb\nweb2\n' });
    const names = (pattern: string) => selectHosts(both, pattern, '/').map(({ name }) => name);
    expect(names('web')).toEqual(['web']);
    expect(names('all:!web')).toEqual(['web9']);
    expect(names('all:&web')).toEqual(['web', 'web2']);
  });
});

describe('@FILE in a pattern', () => {
  let project: TempProject;
  beforeEach(() => {
    project = tempProject({
      'failed.txt': '# of the last run\nweb01\n\n  web03  \r\n',
      'some.txt': 'web\n!web[1:]',
      'nested.txt': 'web01\ndb1,@failed.txt\n',
      'empty.txt': '\n',
    });
    return () => project.remove();
  });
  const from = (pattern: string) => select(pattern, project.dir);

  it('has one pattern a line', () => {
    expect(from('@failed.txt')).toEqual(['web01', 'web03']);
    expect(from('db1,@failed.txt')).toEqual(['db1', 'web01', 'web03']);
    expect(from(`east:&@${project.path('failed.txt')}`)).toEqual(['web01']);
    expect(from('@some.txt')).toEqual(['web01']);
    expect(from('web[0:3]:!@some.txt')).toEqual(['web02', 'web03', 'web04']);
  });

  it('must be there, and name somebody, and no other file', () => {
    expect(() => from('@faild.txt')).toThrow(
      expect.objectContaining({
        code: 'pattern-file',
        message: `the pattern '@faild.txt' names the file ${project.path('faild.txt')}: there is no such file; did you mean failed.txt?`,
      }),
    );
    expect(() => from('@.')).toThrow(expect.objectContaining({ code: 'pattern-file' }));
    expect(() => from('@empty.txt')).toThrow(expect.objectContaining({ code: 'pattern-empty' }));
    expect(() => from('@nested.txt')).toThrow(
      expect.objectContaining({
        code: 'pattern-invalid',
        where: { file: project.path('nested.txt'), line: 2, column: 1 },
      }),
    );
  });
});
