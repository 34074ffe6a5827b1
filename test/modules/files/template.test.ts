import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { file, template } from '../../../modules/index.ts';
import { secret, type Secret } from '../../../src/steps/index.ts';
import { problemsOf, programOf, stepsOf } from '../../support/modules.ts';
import { runIn } from '../../support/shells.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-template-'));
  mkdirSync(join(dir, 'templates'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const source = 'templates/app.conf.hbs';
const place = (): string => join(dir, 'site.ts');

/** What a template comes to, as a call in `dir`/site.ts gets it. */
async function rendered(text: string, vars: Record<string, unknown>): Promise<string | Secret | undefined> {
  writeFileSync(join(dir, source), text);
  const [step] = await stepsOf(() => void template('/etc/app.conf', { source, vars }), place());
  return step?.kind === 'file' ? (step.content as string | Secret | undefined) : undefined;
}

async function problems(text: string, vars: Record<string, unknown>): Promise<readonly string[]> {
  writeFileSync(join(dir, source), text);
  const found = await problemsOf(() => void template('/etc/app.conf', { source, vars }), place());
  return found.map((problem) => problem.replace(`${source}:`, ''));
}

describe('a template', () => {
  const cases: readonly (readonly [string, string, Record<string, unknown>, string])[] = [
    ['prints as it is', `{{a}} {{{a}}} &amp;\n\n`, { a: `<&>"'` }, `<&>"' <&>"' &amp;\n\n`],
    [
      'prints numbers and booleans',
      '{{a}} {{b}} {{c}} {{d}}',
      { a: 0, b: -1.5, c: false, d: 2n },
      '0 -1.5 false 2',
    ],
    ['knows paths', '{{a.b.c}} {{this.a.b.c}} {{@root.a.b.c}}', { a: { b: { c: 'x' } } }, 'x x x'],
    [
      'goes through lists, without lines of its own',
      '{{#each xs}}\nserver {{this}} {{../port}} {{@index}}{{#unless @last}},{{/unless}}\n{{else}}\nnone\n{{/each}}\n',
      { xs: ['a', 'b'], port: 80 },
      'server a 80 0,\nserver b 80 1\n',
    ],
    ['goes through empty ones', '{{#each xs}}x{{else}}none{{/each}}', { xs: [] }, 'none'],
    ['goes through objects', '{{#each m}}{{@key}}={{this}};{{/each}}', { m: { a: 1, b: 'c' } }, 'a=1;b=c;'],
    ['names what it goes through', '{{#each xs as |x i|}}{{i}}{{x.n}}{{/each}}', { xs: [{ n: 'p' }] }, '0p'],
    [
      'decides',
      '{{#if a}}A{{else if b}}B{{else}}C{{/if}}{{#unless c}}D{{/unless}}',
      { a: '', b: 1, c: null },
      'BD',
    ],
    ['goes inside', '{{#with m}}{{n}}{{/with}}{{#m}}{{n}}{{/m}}', { m: { n: 1 } }, '11'],
    ['looks up', '{{lookup m k}}{{#if (lookup m "none")}}x{{/if}}', { m: { a: 'v' }, k: 'a' }, 'v'],
    ['counts', '{{xs.length}}', { xs: [1, 2] }, '2'],
    [
      'has comments, control of white space, and a way to print braces',
      '{{! c }} a {{~b~}} c \\{{d}}',
      { b: 1 },
      ' a1c {{d}}',
    ],
    ['carries any characters', 'ä {{a}}\r\n', { a: '€😀\0' }, 'ä €😀\0\r\n'],
  ];
  it.each(cases)('%s', async (_name, text, vars, content) => {
    expect(await rendered(text, vars)).toBe(content);
  });

  it('with a secret in it is a secret, whole; without printing one it is not', async () => {
    const vars = { key: secret('geheim'), list: [secret('x')], user: 'app' };
    const content = await rendered('{{user}}:{{key}}{{#each list}}{{this}}{{/each}}\n', vars);
    expect(content).not.toBeTypeOf('string');
    expect(`${String(content)} ${JSON.stringify({ content })}`).not.toMatch(/geheim|app/);
    const target = join(dir, 'out');
    const run = await runIn('dash', await programOf(() => void template(target, { source, vars }), place()), {
      home: join(dir, 'state'),
    });
    expect(run.statuses).toEqual(['changed']);
    expect(readFileSync(target, 'utf8')).toBe('app:geheimx\n');
    expect(JSON.stringify(run.events)).not.toContain('geheim');
    expect(await rendered('{{user}}{{#if key}} with a key{{/if}}', vars)).toBe('app with a key');
  });

  const wrong: readonly (readonly [string, string, Record<string, unknown>, readonly string[]])[] = [
    [
      'names that are not there, all of them, each once',
      '# x\n{{lisen}}\n{{#if debug}}d{{/if}}\n{{#each none}}{{/each}}{{app.prot}}\n{{#each xs}}{{nme}}{{/each}}',
      { listen: 1, app: { port: 2 }, xs: [{ name: 1 }, { name: 2 }] },
      [
        "2: there is no 'lisen' here; did you mean listen?",
        "3: there is no 'debug' here",
        "4: there is no 'none' here",
        "4: there is no 'prot' here; did you mean port?",
        "5: there is no 'nme' here; did you mean name?",
      ],
    ],
    [
      'what objects have by themselves',
      '{{constructor}}{{__proto__}}{{a.toString}}{{xs.map}}',
      { a: 'x', xs: [] },
      ['constructor', '__proto__', 'toString', 'map'].map((name) => `1: there is no '${name}' here`),
    ],
    [
      'what has no text',
      '{{n}}\n{{u}}\n{{l}}\n{{o}}\n{{x}}\n{{lookup o "k"}}',
      { n: null, u: undefined, l: [1], o: {}, x: Number.NaN },
      [
        '1: null cannot be printed',
        '2: undefined cannot be printed',
        '3: a list cannot be printed',
        '4: an object cannot be printed',
        '5: the number NaN cannot be printed',
        '6: undefined cannot be printed',
      ],
    ],
    ['inside nothing', '\n{{a.b}}', { a: null }, ["2: there is no 'b' here"]],
    [
      'an unknown helper',
      '\n{{uper a}}{{nosuch a}}',
      { a: 'x' },
      ["2: there is no helper 'uper'; did you mean upper?"],
    ],
    ['a helper that writes to the log', '{{log a}}', { a: 1 }, [expect.stringContaining("no helper 'log'")]],
    ['a tag that is not closed', 'a\n{{b', {}, [expect.stringMatching(/^2: this cannot be read: .*\{\{b/)]],
    [
      'a block that is not closed',
      'a\n{{#if b}}',
      { b: 1 },
      [expect.stringMatching(/^2: this cannot be read/)],
    ],
    ['the wrong end', '{{#if b}}\n{{/each}}', { b: 1 }, [expect.stringMatching(/^1: if doesn't match each/)]],
    ['a part of another file', '{{> head}}', {}, [expect.stringContaining("1: there is no partial 'head'")]],
  ];
  it.each(wrong)('refuses %s', async (_name, text, vars, expected) => {
    expect(await problems(text, vars)).toEqual(expected);
  });

  it('that is not there is an error with its place, and names one that is', async () => {
    writeFileSync(join(dir, source), '');
    writeFileSync(join(dir, 'templates/bytes.hbs'), Buffer.from([0xff, 0x00]));
    const body = (): void => {
      template('/a', { source: 'templates/app.cnf.hbs' });
      template('/b', { source: 'templates' });
      template('/c', { source: 'templates/bytes.hbs' });
      template('/d', { source: 'templates/app.conf.hbs/x' });
    };
    expect(await problemsOf(body, place())).toEqual([
      `there is no file ${dir}/templates/app.cnf.hbs; did you mean app.conf.hbs? ` +
        "'templates/app.cnf.hbs' is relative to the file in which it is written.",
      `${dir}/templates cannot be read: it is a folder`,
      `${dir}/templates/bytes.hbs cannot be read: it is not text in UTF-8`,
      expect.stringContaining('there is no file'),
    ]);
  });
});

describe('options', () => {
  const called = (path: unknown, options: object) => (): void =>
    void (template as (path: unknown, options: object) => unknown)(path, options);
  it.each([
    ['nothing', 'x', {}, [/^the path must be absolute, not 'x'$/, /^source is missing/]],
    ['no text', '/x', { source: '' }, [/^source must be a text, not an empty text$/]],
    ['lists', '/x', { source: 'a', vars: [1], mode: '9' }, [/^vars must be an object/, /^mode must be/]],
    ['a misspelt one', '/x', { soruce: 'a', source: 'a' }, [/did you mean source\?$/]],
    [
      'what is not to be there',
      '/x',
      { state: 'absent', source: 'a', vars: {} },
      [/^source makes/, /^vars makes/],
    ],
  ] as const)('%s', async (_name, path, options, expected) => {
    const found = await problemsOf(called(path, options));
    expect(found).toEqual(expected.map((one) => expect.stringMatching(one)));
  });

  it('make the step that file makes of the same text, and clash with it over another', async () => {
    writeFileSync(join(dir, source), 'port {{port}}\n');
    const owner = { mode: '0640', owner: 'root:adm' };
    const from = (port: number) => (): void =>
      void template('/etc//app.conf', { source, vars: { port }, ...owner });
    const written = (): void => void file('/etc/app.conf', { content: 'port 80\n', ...owner });
    expect(await stepsOf(from(80), place())).toEqual(await stepsOf(written, place()));
    expect(await problemsOf(() => (from(80)(), written()), place())).toEqual([]);
    expect(await problemsOf(() => (from(81)(), written()), place())).toEqual([
      expect.stringMatching(/file:\/etc\/app\.conf to be of content/),
    ]);
    const [gone] = await stepsOf(() => void template('/x', { state: 'absent' }));
    expect(gone).toMatchObject({ kind: 'file', path: '/x', content: undefined });
  });
});
