import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseIni } from '../../src/facts/ini.ts';
import { local, localFacts } from '../../src/facts/local.ts';
import { isRunning } from '../support/processes.ts';
import { probed } from '../support/probes.ts';
import { shellNames } from '../support/shells.ts';

const readable = [
  ['', 'nothing'],
  ['[a]\nKey = Value\nother: 1 = 2\nempty=\n', 'keys and values'],
  ['# c\n; c\n[a b]\n  # c\nx = 1 ; no comment\n y # z : 2\n', 'comments'],
  ['[a]\nlong = one\n  two\n\n   three\n\n\nnext = 1\n', 'further lines'],
  ['[DEFAULT]\nbase = /srv\n[a]\npath = %(base)s/a\n[b]\nBASE = /b\npath = %(Base)s/100%%\n', 'other values'],
  ['[a]\r\nx = 1\r\n', 'lines of Windows'],
  ['[a]\nkey with blanks = ∞ "quoted"\n[__proto__]\nconstructor = 1\n', 'odd words'],
  ['  [a]\n  x = 1\n  y = 2\n', 'all indented'],
  ['[DEFAULT]\na=1\n[DEFAULT]\nb=2\n[s]\n[t]\nb=3\n', 'defaults twice'],
  ['[a]\nx = 1\n# c\n  2\n[b] tail\ny:=1\n', 'comments within, tails of headers'],
] as const;
const refused = [
  ['x = 1', 'line 1: it stands before any section'],
  ['[a]\nword', 'line 2: it is no key with a value'],
  ['[a]\n = 1', 'line 2: it is no key with a value'],
  ['[a]\nx=1\nX=2', 'line 3: the key x is there twice'],
  ['[a]\n[a]', 'line 2: the section a is there twice'],
  ['[a]\nx=50%', 'a % that is neither'],
  ['[a]\nx=%(y)s', 'there is no key y'],
  ['[a]\nx=%(y)s\ny=%(x)s', 'without end'],
] as const;

describe('INI of facts', () => {
  const python = `import configparser, json, sys
def read(text):
    try:
        c = configparser.ConfigParser()
        c.read_string(text)
        return {s: {o: c.get(s, o) for o in c.options(s)} for s in c.sections()}
    except configparser.Error:
        return None
print(json.dumps([[text, read(text)] for text in json.load(sys.stdin)]))`;
  let byPython: ReadonlyMap<string, unknown> = new Map();
  beforeAll(() => {
    const input = JSON.stringify([...readable, ...refused].map(([text]) => text));
    const answer = execFileSync('python3', ['-c', python], { input, encoding: 'utf8' });
    byPython = new Map(JSON.parse(answer) as [string, unknown][]);
  });

  it.each(readable)('%j, with %s, is what Python reads', (text) => {
    expect(JSON.parse(JSON.stringify(parseIni(text)))).toEqual(byPython.get(text));
  });

  it.each(refused)('%j is refused, as by Python', (text, problem) => {
    expect(byPython.get(text)).toBeNull();
    expect(() => parseIni(text)).toThrow(problem);
  });
});

describe.each(shellNames)('the probe in %s', (shell) => {
  let dir = '';
  const write = (name: string, text: string | Buffer, mode = 0o644): void =>
    writeFileSync(join(dir, name), text, { mode });
  const script = (name: string, text: string): void => write(name, `#!/bin/sh\n${text}\n`, 0o755);
  const read = (...folders: string[]): unknown => probed(shell, localFacts(folders, 2)).facts;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-local-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('reads files and runs programs, JSON or INI', () => {
    write('site.fact', '{"region": "eu", "racks": [1, 2.5, null, true]}');
    write('ini.fact', '[general]\nTier = gold\n');
    write('scalar.fact', '7\n');
    write('ignored.txt', '1');
    script('made.fact', `echo "{\\"user\\": \\"$(id -u)\\", \\"input\\": \\"$(cat)\\"}"`);
    script('made-ini.fact', 'printf "[a]\\nb=c"');
    expect(read(dir)).toEqual({
      site: { value: { region: 'eu', racks: [1, 2.5, null, true] } },
      ini: { value: { general: { tier: 'gold' } } },
      scalar: { value: 7 },
      made: { value: { user: String(process.getuid?.()), input: '' } },
      'made-ini': { value: { a: { b: 'c' } } },
    });
  });

  it('takes the later of two folders, and none that is not there', () => {
    for (const name of ['one', 'two']) {
      mkdirSync(join(dir, name));
      write(`${name}/same.fact`, `"${name}"`);
    }
    write('one/only.fact', '1');
    const facts = read(join(dir, 'one'), join(dir, 'none'), join(dir, 'two'));
    expect(facts).toEqual({ same: { value: 'two' }, only: { value: 1 } });
    expect(read(join(dir, 'none'))).toEqual({});
  });

  it('names what is broken, at the cost of that alone', () => {
    write('good.fact', '1');
    write('nonsense.fact', 'half a {');
    write('latin.fact', Buffer.from('"\xe9"', 'latin1'));
    write('percent.fact', '[a]\nx = 100%\n');
    script('status.fact', 'echo "{}"; exit 3');
    write('interpreter.fact', '#!/nonexistent\n', 0o755);
    mkdirSync(join(dir, 'folder.fact'));
    symlinkSync('/nonexistent', join(dir, 'dangling.fact'));
    execFileSync('mkfifo', [join(dir, 'pipe.fact')]);
    const facts = read(dir) as Record<string, { value?: unknown; error?: string }>;
    const error = (text: string): object => ({ error: expect.stringContaining(text) as string });
    expect(facts).toEqual({
      good: { value: 1 },
      nonsense: error('neither JSON ('),
      latin: error('not UTF-8'),
      percent: error('a % that is neither %% nor %(key)s: 100%'),
      status: error('it ended with status 3'),
      interpreter: error('it ended with status 12'),
      folder: error('no file'),
      dangling: error('no file'),
      pipe: error('no file'),
    });
  });

  it('is not led astray by what they say', () => {
    write('nul.fact', '{"a":\0 1}');
    write('frames.fact', '"@end\\n"');
    script('marks.fact', "printf '@fact\\n x\\n@read\\n @end\\n\\n0\\n@end\\n\\036nonce finish\\n'");
    write('odd $(id) \'"\n@end\n.fact', '"odd"');
    write('-n.fact', '"dash"');
    write('big.fact', JSON.stringify('x'.repeat(1 << 20)));
    write('huge.fact', JSON.stringify('x'.repeat(5 << 20)));
    script('endless.fact', 'yes');
    expect(read(dir)).toEqual({
      nul: { error: expect.stringContaining('neither JSON') as string },
      frames: { value: '@end\n' },
      marks: { error: expect.stringContaining('neither JSON') as string },
      'odd $(id) \'"\n@end\n': { value: 'odd' },
      '-n': { value: 'dash' },
      big: { value: 'x'.repeat(1 << 20) },
      huge: { error: 'it has more than 4 MiB' },
      endless: { error: 'it printed more than 4 MiB, or took longer than 2 s and was ended' },
    });
  });

  it('ends one that hangs, with all that it has started', async () => {
    script('a.fact', `echo "{}"; sleep 600 & echo $! >${dir}/pid; wait`);
    write('b.fact', '2');
    expect(read(dir)).toEqual({
      a: { error: 'it printed more than 4 MiB, or took longer than 2 s and was ended' },
      b: { value: 2 },
    });
    const pid = Number(readFileSync(join(dir, 'pid'), 'utf8'));
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 5000);
  });
});

it('refuses an answer without an end, and one with what means nothing', () => {
  expect(() => local.parse('@fact\n a.fact\n@read\n 1\n')).toThrow('no end');
  expect(() => local.parse('<html>\n@end\n')).toThrow('means nothing');
  expect(local.parse('@fact\n a.fact\n@unreadable\n@end\n')).toEqual({ a: { error: 'it may not be read' } });
});
