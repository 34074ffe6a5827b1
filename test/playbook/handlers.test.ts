import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command, file } from '../../modules/index.ts';
import { TsplayErrors } from '../../src/errors/tsplay-error.ts';
import { flushHandlers, handler, type Handler } from '../../src/steps/handler.ts';
import { attempt, each, onChange, when } from '../../src/steps/flow.ts';
import { not } from '../../src/steps/condition.ts';
import { sh } from '../../src/steps/sh.ts';
import { playIn, type PlayRun } from '../support/play-in-shell.ts';
import { shellNames } from '../support/shells.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-handlers-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string): string => join(dir, name);
const said = (): string => (existsSync(at('said')) ? readFileSync(at('said'), 'utf8') : '');
const pending = (): readonly string[] => {
  const folder = at('state/pending');
  return existsSync(folder) ? readdirSync(folder) : [];
};
/** A task that always runs, and writes its name down. */
const say = (name: string, notify?: Handler): void =>
  void command(name, { run: sh`echo ${name} >>${at('said')}`, ...(notify && { notify }) });
/** A task that fails as long as a file says so. */
const mayFail = (name: string): void => void command(name, { run: sh`[ ! -e ${at('fail')} ]`, reads: true });

describe.each(shellNames)('handlers, in %s', (shell) => {
  const play = (body: () => unknown, mode: 'apply' | 'check' = 'apply'): Promise<PlayRun> =>
    playIn(shell, at('state'), body, mode);
  const conf = (name: string, content: string, notify: Handler | readonly Handler[]): void =>
    void file(at(name), { content, notify });

  it('run once, at the end, in the order of their declaration, and only where something has changed', async () => {
    const body = (content: string) => () => {
      const second = handler('second', () => say('2'));
      const first = handler('first', () => say('1'));
      const never = handler('never', () => say('never'));
      conf('a', content, [first, second]);
      conf('b', content, first);
      file(at('c'), { content: 'c' });
      conf('d', 'd', never);
    };
    writeFileSync(at('d'), 'd');
    const check = await play(body('x'), 'check');
    expect(check.tasks.slice(4)).toEqual([
      'command[2]@second changed',
      'command[1]@first changed',
      'command[never]@never skipped',
    ]);
    expect([existsSync(at('state')), said()]).toEqual([false, '']);
    const run = await play(body('x'));
    expect([run.error, said()]).toEqual([undefined, '2\n1\n']);
    expect(pending()).toEqual([]);
    const again = await play(body('x'));
    expect(again.tasks.slice(4)).toEqual([
      'command[2]@second skipped',
      'command[1]@first skipped',
      'command[never]@never skipped',
    ]);
    writeFileSync(at('b'), 'drift');
    await play(body('x'));
    expect(said()).toBe('2\n1\n1\n');
  });

  it('run the next time, if a failure came between, even if nobody notifies them any more', async () => {
    const body = (asks: boolean) => () => {
      const reload = handler('reload', () => {
        say('test');
        mayFail('reload');
        say('done');
      });
      if (asks) conf('a', 'x', reload);
      mayFail('between');
    };
    writeFileSync(at('fail'), '');
    const broken = await play(body(true));
    expect(broken.error).toMatchObject({ code: 'task-failed' });
    expect([said(), pending().length]).toEqual(['', 1]);
    // A check sees what a run would do.
    const check = await play(body(false), 'check');
    expect(check.tasks.at(-1)).toBe('command[done]@reload skipped');
    rmSync(at('fail'));
    const seen = await play(body(false), 'check');
    expect(seen.tasks.at(-1)).toBe('command[done]@reload changed');
    expect([said(), pending().length]).toEqual(['', 1]);
    const run = await play(body(false));
    expect([run.error, said(), pending()]).toEqual([undefined, 'test\ndone\n', []]);
    await play(body(true));
    expect(said()).toBe('test\ndone\n');
  });

  it('are a whole: one that fails half-way runs from its beginning the next time', async () => {
    const body = (): void => {
      const reload = handler('reload', () => {
        say('test');
        mayFail('reload');
        say('done');
      });
      conf('a', 'x', reload);
    };
    writeFileSync(at('fail'), '');
    expect((await play(body)).error).toMatchObject({ code: 'task-failed' });
    expect([said(), pending().length]).toEqual(['test\n', 1]);
    rmSync(at('fail'));
    await play(body);
    expect([said(), pending()]).toEqual(['test\ntest\ndone\n', []]);
  });

  it('may be called for before the end, and again for what comes after', async () => {
    await play(() => {
      const reload = handler('reload', () => say('reload'));
      const other = handler('other', () => say('other'));
      say('1', reload);
      flushHandlers();
      flushHandlers();
      say('2', other);
      say('3', reload);
    });
    expect(said()).toBe('1\nreload\n2\n3\nreload\nother\n');
    expect(pending()).toEqual([]);
  });

  it('may notify those that are declared after them', async () => {
    await play(() => {
      const chain: Handler[] = [];
      handler('first', () => say('first', chain[0]));
      chain.push(handler('second', () => say('second')));
      say('0', chain[0]);
    });
    expect(said()).toBe('0\nsecond\n');
    rmSync(at('said'));
    await play(() => {
      const later: { second?: Handler } = {};
      const first = handler('first', () => say('first', later.second));
      later.second = handler('second', () => say('second'));
      say('0', first);
    });
    expect(said()).toBe('0\nfirst\nsecond\n');
    expect(pending()).toEqual([]);
  });

  it('wait for nobody who has failed within an attempt, and know what has changed there', async () => {
    const run = await play(() => {
      const reload = handler('reload', () => say('reload'));
      attempt(() => {
        conf('a', 'x', reload);
        command('broken', { run: ['false'] });
      });
    });
    expect(run.error).toBeUndefined();
    expect(run.tasks).toEqual([
      `file[${at('a')}] changed`,
      'command[broken] caught',
      'command[reload]@reload changed',
    ]);
  });

  it('in each() have a name by the key', async () => {
    await play(() => {
      each(['a', 'b'], String, (name) => {
        const reload = handler(`reload ${name}`, () => say(name));
        conf(name, 'x', reload);
      });
    });
    expect(said()).toBe('a\nb\n');
  });

  it('blocks run where their condition holds, both where they have two', async () => {
    const body = (): void => {
      const a = file(at('a'), { content: 'a' });
      const b = file(at('b'), { content: 'b' });
      onChange([a, b], () => {
        say('any');
        command('both', { run: sh`echo both >>${at('said')}`, when: b.changed });
      });
      when(not(a.changed), () => say('not a'));
    };
    await play(body);
    expect(said()).toBe('any\nboth\n');
    rmSync(at('a'));
    await play(body);
    expect(said()).toBe('any\nboth\nany\n');
    await play(body);
    expect(said()).toBe('any\nboth\nany\nnot a\n');
  });

  it('a failure that is to be ignored is told, and stops nothing', async () => {
    const run = await play(() => {
      const broken = command('broken', { run: ['false'], ignoreErrors: true });
      command('sorry', { run: sh`echo sorry >>${at('said')}`, when: broken.failed });
      say('on');
    });
    expect(run.error).toBeUndefined();
    expect(run.tasks).toEqual(['command[broken] caught', 'command[sorry] changed', 'command[on] changed']);
    expect(said()).toBe('sorry\non\n');
  });
});

describe('what is wrong with handlers', () => {
  const problems = async (body: () => unknown): Promise<readonly string[]> => {
    const { error } = await playIn('dash', at('state'), body);
    return error instanceof TsplayErrors ? error.errors.map(({ code }) => code) : [String(error)];
  };

  it('is told with the place, before anything runs', async () => {
    let foreign: Handler | undefined;
    await playIn('dash', at('state'), () => {
      foreign = handler('other', () => {});
    });
    expect(
      await problems(() => {
        handler('one', () => {});
        handler('one', () => {});
        handler('a\nb', () => {});
        file(at('a'), { content: '', notify: 'one' as unknown as Handler });
        if (foreign !== undefined) file(at('b'), { content: '', notify: foreign });
        say('ran');
      }),
    ).toEqual(['handler-twice', 'bad-handler', 'bad-option', 'foreign-handler']);
    expect(said()).toBe('');
  });

  it('includes what their bodies have wrong', async () => {
    expect(
      await problems(() => {
        const bad = handler('bad', () => void file('relative', { content: '' }));
        file(at('a'), { content: '', notify: bad });
        handler('late', (async () => {}) as () => void);
      }),
    ).toEqual(['bad-option', 'async-scope']);
  });
});
