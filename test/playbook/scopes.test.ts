import { describe, expect, it } from 'vitest';
import { command, file } from '../../modules/index.ts';
import { HostBuild } from '../../src/playbook/host-build.ts';
import { callerPlace } from '../../src/playbook/place.ts';
import { TsplayErrors, type TsplayError } from '../../src/errors/tsplay-error.ts';
import { always, attempt, each, flush } from '../../src/steps/flow.ts';
import type { Program, ProgramTask } from '../../src/steps/program.ts';

interface Made {
  readonly items: Program['items'];
  readonly errors: readonly TsplayError[];
}

/** What a body comes to before anything is sent to a host. */
async function build(body: () => unknown, place = callerPlace): Promise<Made> {
  const items: Program['items'][number][] = [];
  const send = async (program: Program) => {
    items.push(...program.items);
    return new Map();
  };
  const made = new HostBuild('Test', 'web1', { task: 0, step: 0, scope: 0 }, place, send);
  try {
    await made.run(body);
    return { items, errors: [] };
  } catch (error) {
    if (!(error instanceof TsplayErrors)) throw error;
    return { items, errors: error.errors };
  }
}

const tasks = ({ items }: Made): readonly ProgramTask[] => items.filter((item) => item.kind === 'task');
const ids = (made: Made): readonly string[] => tasks(made).map(({ id }) => id);
const codes = ({ errors }: Made): readonly string[] => errors.map(({ code }) => code);
const told = ({ errors }: Made) => errors.map(({ code, message, where }) => [code, message, where?.line]);
const kinds = ({ items }: Made): readonly string[] =>
  items.map((item) => (item.kind === 'task' ? item.id : item.kind));

/** The line that this is called from. */
const here = (): number => Number(/:(\d+):\d+\)?$/m.exec(new Error('here').stack?.split('\n')[2] ?? '')?.[1]);
const nop = (name: string) => command(name, { run: ['true'] });

describe('each', () => {
  it('gives ids by key, within another one by both keys, and outside of it none', async () => {
    const made = await build(() => {
      nop('before');
      each(['a', 'b'], String, (key) => {
        file(`/etc/${key}`, { content: '' });
        each(
          new Map([['http', 80]]),
          ([, port]) => port,
          ([name]) => nop(name),
        );
        nop('reload');
      });
      nop('after');
    });
    expect(ids(made)).toEqual([
      'command[before]',
      'file[/etc/a]@a',
      'command[http]@a@80',
      'command[reload]@a',
      'file[/etc/b]@b',
      'command[http]@b@80',
      'command[reload]@b',
      'command[after]',
    ]);
  });

  it('takes anything that can be iterated, and gives what the body returned', async () => {
    function* numbers() {
      yield* [3, 1, 2];
    }
    const given: number[][] = [];
    const made = await build(() => {
      given.push(
        each(numbers(), String, (number) => number * 2),
        each([], String, () => 0),
      );
      each(new Set(['x']), String, nop);
    });
    expect([given, ids(made)]).toEqual([[[6, 2, 4], []], ['command[x]@x']]);
  });

  it('counts what has the same name within one key, and quotes keys that could be taken for another', async () => {
    const twice = () => [nop('x'), nop('x')];
    const made = await build(() => each(['a b', 'a@b', 'x"', 'größe', '/dev/sda1'], String, twice));
    const keys = ['"a b"', '"a@b"', String.raw`"x\""`, 'größe', '/dev/sda1'];
    expect(ids(made)).toEqual(keys.flatMap((key) => [`command[x]@${key}`, `command[x]@${key}#2`]));
    const nested = await build(() => each(['a'], String, () => each(['b'], String, () => nop('x'))));
    expect(ids(nested)).toEqual(['command[x]@a@b']);
  });

  it('refuses keys that are empty, given twice, or no keys, with its place, and goes on', async () => {
    let line = 0;
    const refused = () => file('relative', { content: '' });
    const made = await build(() => {
      line = here() + 1;
      each(['a', '', 'a', 'b\n'], String, refused);
      each([0, Number.NaN, {}, '0'], (key) => key as string, refused);
    });
    expect(told(made).filter(([code]) => code !== 'bad-option')).toEqual([
      ['bad-key', 'each() got "" for item 2, which cannot be a key', line],
      ['key-twice', 'each() got the key a for item 3, which an item before it has', line],
      ['bad-key', String.raw`each() got "b\n" for item 4, which cannot be a key`, line],
      ['bad-key', 'each() got NaN for item 2, which cannot be a key', line + 1],
      ['bad-key', 'each() got "[object Object]" for item 3, which cannot be a key', line + 1],
      ['key-twice', 'each() got the key 0 for item 4, which an item before it has', line + 1],
    ]);
    // The bodies were called all the same: what is wrong in them is told too.
    expect(codes(made).filter((code) => code === 'bad-option')).toHaveLength(8);
  });

  it('leaves its key when its body throws', async () => {
    const thrown = () => {
      throw new Error('no');
    };
    const made = await build(() => {
      expect(() => each(['a'], String, thrown)).toThrow('no');
      nop('after');
    });
    expect(ids(made)).toEqual(['command[after]']);
  });

  it('keeps the marks of awaited changes when its list is put in another order', async () => {
    const marksOf = async (list: readonly string[]) => {
      const made = await build(() =>
        each(list, String, (site) => {
          const conf = file(`/etc/${site}.conf`, { content: site });
          command('reload', { run: ['true'], when: conf.changed });
        }),
      );
      return new Map(tasks(made).map(({ id, marks, clears }) => [id, { marks, clears }]));
    };
    const first = await marksOf(['a', 'b', 'c']);
    expect(new Set([...first.values()].flatMap(({ marks }) => marks)).size).toBe(3);
    expect(await marksOf(['c', 'a', 'b'])).toEqual(first);
    const others = await marksOf(['b', 'new', 'a']);
    for (const id of ['file[/etc/a.conf]@a', 'command[reload]@a', 'command[reload]@b']) {
      expect(others.get(id)).toEqual(first.get(id));
    }
  });
});

describe('scopes', () => {
  it('refuse a body that goes on after it has returned, with their place, whatever it does later', async () => {
    let line = 0;
    const later = (async () => {
      await Promise.resolve();
      nop('too late');
    }) as () => never;
    const made = await build(() => {
      line = here() + 1;
      attempt(later);
      always(later);
      each(['a', 'b'], String, later);
    });
    expect(told(made)).toEqual([
      ['async-scope', 'the body of attempt() is asynchronous', line],
      ['async-scope', 'the body of always() is asynchronous', line + 1],
      ['async-scope', 'the body of each() is asynchronous', line + 2],
      ['async-scope', 'the body of each() is asynchronous', line + 2],
    ]);
  });

  it('end where their body throws', async () => {
    const made = await build(() => {
      for (const scope of [attempt, always]) {
        try {
          scope(() => {
            nop('in');
            throw new Error('no');
          });
        } catch {
          nop('out');
        }
      }
    });
    expect(kinds(made)).toEqual([
      'attempt',
      'command[in]',
      'attempt-end',
      'command[out]',
      'always',
      'command[in]#2',
      'always-end',
      'command[out]#2',
    ]);
  });
});

describe('a condition that no task uses', () => {
  // TypeScript refuses `if`, `?:` and `&&`, but not these.
  it.each([
    ['negated', (h: ReturnType<typeof nop>) => !h.changed && nop('never')],
    ['behind ||', (h: ReturnType<typeof nop>) => h.failed || nop('never')],
    ['in a text', (h: ReturnType<typeof nop>) => String(h.changed)],
  ])('is an error, with its place: %s', async (_, use) => {
    const made = await build(() => use(nop('x')));
    expect(codes(made)).toEqual(['unused-condition']);
    expect(made.errors[0]?.where?.file).toBe(import.meta.filename);
  });

  it('is one in a loop that would never end', async () => {
    const where = { file: '/site.ts', line: 3, column: 5 };
    const body = () => {
      const h = nop('x');
      while (h.changed) nop('again');
    };
    await expect(build(body, () => where)).rejects.toMatchObject({ code: 'unused-condition', where });
  });

  it('is none where a task of a later program uses it', async () => {
    const made = await build(async () => {
      const { changed } = nop('x');
      await flush();
      command('y', { run: ['true'], when: changed });
    });
    expect([codes(made), ids(made)]).toEqual([[], ['command[x]', 'command[y]']]);
  });
});
