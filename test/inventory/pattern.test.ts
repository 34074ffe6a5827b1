import { describe, expect, it } from 'vitest';
import { selectHosts } from '../../src/inventory/pattern.ts';
import { buildInventory } from './build-inventory.ts';

const numbered = Array.from({ length: 12 }, (_, index) => `web${String(index + 1).padStart(2, '0')}`);
const inventory = await buildInventory(
  {
    hosts: { db1: {}, 'db10.example.com': {} },
    groups: {
      web: { hosts: numbered },
      east: { hosts: ['web01', 'web02', 'db1', 'racka', 'rackd'] },
      site: { children: ['web'], hosts: ['node1', 'node01', 'node10'] },
      nobody: {},
    },
  },
  '/inventory.yaml',
);
const select = (pattern: string): readonly string[] =>
  selectHosts(inventory, pattern).map(({ name }) => name);

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
    ['node[1:10]', ['node1', 'node10']],
    ['node[01:10]', ['node01', 'node10']],
    ['rack[a:c]', ['racka']],
    ['w?b[11:20]*', ['web11', 'web12']],
    ['site:&east', ['web01', 'web02']],
    ['east:!web', ['db1', 'racka', 'rackd']],
    ['!web:&east', ['db1', 'racka', 'rackd']],
    ['!web:east:&db*', ['db1']],
    ['all:!web*:!rack*:!node*:!zzz*', ['db1', 'db10.example.com']],
    ['ea*:&*', ['db1', 'web01', 'web02', 'racka', 'rackd']],
    ['~^(?:db|rack).$', ['db1', 'racka', 'rackd']],
    ['~0[12]$:!~^n', ['web01', 'web02']],
    ['~^web\\d{1,2}$,db1', ['db1', ...numbered]],
  ])('%s', (pattern, names) => {
    expect(select(pattern)).toEqual(names);
  });

  it('names all hosts once, in the order of the inventory', () => {
    expect(select('all,web,*')).toEqual([...inventory.hosts.keys()]);
  });

  it.each([
    ['wen01', "the pattern 'wen01' matches no host; did you mean web01"],
    ['web:!esat', "'esat' in the pattern 'web:!esat' matches no host; did you mean east?"],
    ['db1,mail*', "'mail*' in the pattern 'db1,mail*' matches no host"],
    ['web[3:5],node1', "'web[3:5]' in the pattern 'web[3:5],node1' matches no host"],
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

  it.each(['web[20:01]', 'web[1:b]', 'web[a:B]', 'web[12]', 'web[', '~(', '~[z-a]'])(
    '%s cannot be read',
    (pattern) => {
      expect(() => select(pattern)).toThrow(expect.objectContaining({ code: 'pattern-invalid', exit: 64 }));
    },
  );
});
