import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { script, type ScriptOptions } from '../../../modules/index.ts';
import { interpreterOf } from '../../../modules/system/commands/interpreter.ts';
import { rc, sh, stdout } from '../../../src/steps/index.ts';
import { problemsOf, programOf } from '../../support/modules.ts';
import { runIn, shellNames } from '../../support/shells.ts';

let dir = '';
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'tsplay-script-'))));
afterEach(() => rmSync(dir, { recursive: true }));
const at = (name: string): string => join(dir, name);

describe('options of a script', () => {
  it.each([
    ['nothing', {}, [/^source is missing$/]],
    ['no such file', { source: 'nothing.sh' }, [/^there is no file .*nothing\.sh.*relative to the file/]],
    ['a folder', { source: '.' }, [/cannot be read: it is a folder/]],
    ['an empty one', { source: 'empty.sh' }, [/^empty\.sh is empty$/]],
    [
      'arguments',
      { source: 'x.sh', args: ['a\0', 1] },
      [/^args\[0\] contains a NUL/, /^args\[1\] must be a text/],
    ],
    ['a shell line', { source: 'x.sh', interpreter: 'python3 -u' }, [/^interpreter must be a list of words/]],
    ['shell text', { source: 'x.sh', interpreter: sh`x` }, [/^interpreter must be a list of words/]],
    ['a flag', { source: 'x.sh', interpreter: ['-u'] }, [/^interpreter must begin with the name/]],
    ['what it has of a command', { source: 'x.sh', creates: 'x' }, [/^creates must be absolute/]],
    ['guards', { source: 'x.sh', creates: '/x', reads: true }, [/^creates and reads exclude each other/]],
    ['what a command has alone', { source: 'x.sh', stdin: 'x' }, [/^there is no option 'stdin'/]],
  ] as const)('%s', async (_name, options, expected) => {
    writeFileSync(at('empty.sh'), '');
    writeFileSync(at('x.sh'), 'true');
    const call = script as (name: string, options: object) => unknown;
    const found = await problemsOf(() => void call('s', options), at('site.ts'));
    expect(found).toEqual(expected.map((one) => expect.stringMatching(one)));
  });

  it.each([
    ['echo', ['sh']],
    ['#!/bin/bash -eu\n', ['/bin/bash', '-eu']],
    ['#! /usr/bin/awk -f x\r\n', ['/usr/bin/awk', '-f x']],
    ['#!/usr/bin/env python3\nx', ['/usr/bin/env', 'python3']],
    ['#!/usr/bin/env -S perl -w\n', ['/usr/bin/env', 'perl', '-w']],
    ['#!\n', ['sh']],
  ])('the interpreter of %j', (text, words) => {
    expect(interpreterOf(Buffer.from(text))).toEqual(words);
  });
});

describe.each(shellNames)('a script in %s', (shell) => {
  const run = async (
    text: string | Uint8Array,
    options: Omit<ScriptOptions, 'source'> = {},
    check = false,
  ) => {
    writeFileSync(at('it is.sh'), text);
    const program = await programOf(
      () => void script('s', { source: 'it is.sh', ...options }),
      at('site.ts'),
    );
    const ran = await runIn(shell, program, { home: at('state'), mode: check ? 'check' : 'apply' });
    const [outcome] = ran.outcomes.values();
    const failure = ran.events.find((event) => event.type === 'task')?.error?.message;
    return { ...ran, said: outcome?.stdout, rc: outcome?.rc, failure };
  };

  it('gets its arguments, its surroundings, and nothing on its standard input', async () => {
    const text = `printf '%s|' "$#" "$1" "$2" "$E" "$PWD"; cat; printf '%s' "it's"\n`;
    const args = ['a b', "$(id)'"];
    const ran = await run(text, { args, chdir: '/', env: { E: 'e f' } });
    expect(ran).toMatchObject({ statuses: ['changed'], said: `2|a b|$(id)'|e f|/|it's`, rc: 0 });
    expect(ran.stderr).not.toContain('Broken');
  });

  it('is run by what its first line names, or by what is said', async () => {
    expect((await run('#!/usr/bin/env perl\nprint "$0 @ARGV\\n"', { args: ['x'] })).said).toMatch(/ x\n$/);
    expect((await run('#!/bin/bash\na=(1 2); echo "${#a[@]}"')).said).toBe('2\n');
    expect((await run('print "-$ARGV[0]-"', { interpreter: ['perl', '-w'], args: ['-x'] })).said).toBe(
      '--x-',
    );
    expect((await run('console.log(process.argv[2])', { interpreter: ['node'], args: ['y'] })).said).toBe(
      'y\n',
    );
    const nothing = await run('x', { interpreter: ['nothing-of-this-name'] });
    expect([nothing.statuses, nothing.failure]).toEqual([
      ['failed'],
      'there is no program nothing-of-this-name on this host',
    ]);
  });

  it('is a command in all else: guards, check, statuses, predicates', async () => {
    const creates = at('made');
    const text = `echo made >'${creates}'`;
    expect((await run(text, { creates }, true)).statuses).toEqual(['changed']);
    expect(existsSync(creates)).toBe(false);
    expect((await run(text, { creates })).statuses).toEqual(['changed']);
    expect((await run(text, { creates })).statuses).toEqual(['ok']);
    expect((await run('exit 3')).failure).toBe('s ended with status 3');
    expect((await run('exit 3', { successCodes: [3] })).statuses).toEqual(['changed']);
    expect((await run('echo no', { changedWhen: stdout.matches('^yes') })).statuses).toEqual(['ok']);
    expect((await run('exit 1', { failedWhen: rc.in(0) })).statuses).toEqual(['changed']);
    expect((await run('exit 0', { reads: true }, true)).statuses).toEqual(['ok']);
  });

  it('may be long, and hold any bytes', async () => {
    const text = Buffer.concat([
      Buffer.from(`: '${'x'.repeat(200_000)}'\nprintf %s '`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(`' >'${at('out')}'\n`),
    ]);
    expect((await run(text)).statuses).toEqual(['changed']);
    expect([...readFileSync(at('out'))]).toEqual([0xff, 0xfe]);
  });
});
