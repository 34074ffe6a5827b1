import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { template } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import { problemsOf, stepsOf } from '../../support/modules.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-partials-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

type Vars = Readonly<Record<string, unknown>>;
const place = (): string => join(dir, 'site.ts');

/** A call of a template whose files have these texts; the first one is the template, the others are partials. */
function calling(files: Readonly<Record<string, string>>, vars: Vars): () => void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(dir, 't', `${name}.hbs`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const [source = '', ...others] = Object.keys(files).map((name) => `t/${name}.hbs`);
  const partials = Object.fromEntries(others.map((one) => [one.slice(2, -4), one]));
  return () => void template('/etc/app.conf', { source, partials, vars });
}

async function rendered(text: string, vars: Vars, partials: Vars = {}): Promise<unknown> {
  const [step] = await stepsOf(
    calling({ main: text, ...(partials as Record<string, string>) }, vars),
    place(),
  );
  return step?.kind === 'file' ? step.content : undefined;
}

const problems = (text: string, vars: Vars, partials: Record<string, string> = {}) =>
  problemsOf(calling({ main: text, ...partials }, vars), place());

describe('helpers', () => {
  const net = { a: '192.0.2.5/24', six: '2001:db8::5/64', bare: '192.0.2.7' };
  it.each([
    [
      '{{default port 80}} {{default none 80}} {{default empty "x"}} {{default nul a}}',
      '0 80 x 192.0.2.5/24',
    ],
    ['{{default deep.er.none "d"}}{{#if (default none false)}}x{{/if}}', 'd'],
    ['{{#if (eq port 0)}}a{{/if}}{{#if (eq port "0")}}b{{/if}}{{#if (ne port 1)}}c{{/if}}', 'ac'],
    ['{{#if (lt 2 10)}}a{{/if}}{{#if (gt "2" "10")}}b{{/if}}{{#if (lt 1 1)}}c{{/if}}', 'ab'],
    ['{{#if (and yes (not no))}}a{{/if}}{{#if (and yes no)}}b{{/if}}{{or empty none2 "c"}}', 'ac'],
    ['{{#if (includes list "b")}}y{{/if}}{{#if (includes list "x")}}n{{/if}}', 'y'],
    [
      '{{join list ", "}}|{{join (sorted (unique list)) " "}}|{{join (sorted numbers) ","}}',
      'b, a, b|a b|2,10',
    ],
    ['{{#each (sorted list)}}{{this}};{{/each}}{{list.length}}', 'a;b;b;3'],
    ['{{json object}} {{json object 1}}', '{"k":["ü",1]} {\n "k": [\n  "ü",\n  1\n ]\n}'],
    ['a:\n{{indent 2 text}}', 'a:\n  x\n\n  y\n'],
    ['{{upper "aß"}}{{lower "ÄB"}}', 'ASSäb'],
    ['{{host a}} {{host six}} {{host bare}} {{prefix a}}', '192.0.2.5 2001:db8::5 192.0.2.7 24'],
    [
      '{{netmask a}} {{netmask "10.0.0.1/0"}} {{netmask "10.0.0.1/31"}}',
      '255.255.255.0 0.0.0.0 255.255.255.254',
    ],
    ['{{network a}} {{network six}} {{broadcast a}}', '192.0.2.0/24 2001:db8::/64 192.0.2.255'],
    ['{{host "::ffff:192.0.2.1/128"}}', '::ffff:192.0.2.1'],
  ])('%s', async (text, content) => {
    const vars = {
      ...net,
      port: 0,
      empty: '',
      none2: null,
      nul: null,
      yes: true,
      no: false,
      list: ['b', 'a', 'b'],
      numbers: [10, 2],
      object: { k: ['ü', 1] },
      text: 'x\n\ny\n',
      deep: {},
    };
    expect(await rendered(text, vars)).toBe(content);
  });

  it('leave variables of their names alone', async () => {
    const vars = { host: 'web1', network: { prefix: 'p' }, json: '', list: [1], hosts: ['h'] };
    expect(
      await rendered(
        '{{host}} {{network.prefix}} {{this.host}}{{#if json}}x{{/if}}{{#network}}{{prefix}}{{/network}} {{host (default none "192.0.2.1/8")}}{{#each hosts as |host|}} {{host}}{{/each}}',
        vars,
      ),
    ).toBe('web1 p web1p 192.0.2.1 h');
    expect(await problems('{{prefix}}', vars)).toEqual(["t/main.hbs:1: there is no 'prefix' here"]);
  });

  it('reveal secrets only where they come to stand in the text', async () => {
    const vars = { key: secret('geheim'), keys: [secret('b'), 'c'] };
    for (const text of [
      '{{upper key}}',
      '{{join keys ","}}',
      '{{json keys}}',
      '{{indent 1 key}}',
      '{{default key "x"}}',
      '{{#if (eq key "geheim")}}x{{/if}}',
    ]) {
      const content = await rendered(text, vars);
      expect(content).not.toBeTypeOf('string');
      expect(String(content)).not.toMatch(/geheim/i);
    }
    expect(await rendered('{{#if (not key)}}x{{else}}y{{/if}}', vars)).toBe('y');
  });

  it.each([
    ['{{join "a" ","}}', "join needs a list, not 'a'"],
    ['{{join list}}', 'join has 2 arguments, not 1'],
    ['{{not}}{{not 1 2}}', "there is no 'not' here"],
    ['{{join lists ","}}', 'join needs a text, not a list'],
    ['{{join (sorted mixed) ","}}', 'sorted compares numbers with numbers and texts with texts'],
    ['{{host "example.org"}}', "host needs an address such as 192.0.2.5/24, not 'example.org'"],
    ['{{prefix "192.0.2.5"}}', 'prefix needs an address with a prefix length'],
    ['{{network "192.0.2.5/33"}}', 'network needs an address such as'],
    ['{{netmask "2001:db8::1/64"}}', 'netmask needs an IPv4 address'],
    ['{{broadcast "192.0.2.5/31"}}', 'broadcast needs a network of IPv4'],
    ['{{upper list}}', 'upper needs a text, not a list'],
    ['{{indent "x" "y"}}', 'indent needs a number of spaces first'],
    ['{{default none none}}', "there is no 'none' here"],
    ['{{json nofunc}}', 'json needs what JSON can say, not a function'],
  ])('refuse %s', async (text, problem) => {
    const vars = { list: ['a'], lists: [['a']], mixed: [1, 'a'], nofunc: () => 1 };
    const [first] = await problems(`\n${text}`, vars);
    expect(first).toContain(`t/main.hbs:2: ${problem}`);
  });
});

describe('partials', () => {
  it('see the variables of their place, others, and each other', async () => {
    expect(
      await rendered(
        '{{> head}}\n{{#each hosts}}\n  {{> line port=80}}\n{{/each}}\n{{> (lookup names 0)}}',
        { name: 'x', hosts: [{ n: 'a' }, { n: 'b' }], names: ['head'] },
        { head: '# {{name}}\n', line: '{{n}}:{{port}}{{> tail}}\n', tail: ' {{upper n}}' },
      ),
    ).toBe('# x\n  a:80 A\n  b:80 B\n# x\n');
  });

  it('can be made within the template, and have a text for where there is none', async () => {
    expect(
      await rendered(
        '{{#*inline "own"}}[{{n}}]{{/inline}}{{> own n=1}}{{#> none}}instead{{/none}}{{#> wrap}}inner{{/wrap}}',
        {},
        { wrap: '<{{> @partial-block}}>' },
      ),
    ).toBe('[1]instead<inner>');
  });

  it('name themselves and their line in what is wrong', async () => {
    expect(
      await problems('ok\n{{> head}}\n{{nane}}', { name: 'x' }, { head: '\n\n{{nam}}{{join name ","}}' }),
    ).toEqual([
      "t/head.hbs:3: there is no 'nam' here; did you mean name?",
      "t/head.hbs:3: join needs a list, not 'x'",
      "t/main.hbs:3: there is no 'nane' here; did you mean name?",
    ]);
    expect(await problems('{{> head}}', {}, { head: 'a\n{{#if' })).toEqual([
      expect.stringMatching(/^t\/head\.hbs:2: this cannot be read/),
    ]);
    expect(await problems('\n{{> haed}}', {}, { head: '{{> none}}' })).toEqual(
      [
        "t/head.hbs:1: there is no partial 'none'",
        "t/main.hbs:2: there is no partial 'haed'; did you mean head?",
      ].map((one) => expect.stringContaining(one)),
    );
    expect(await problems('{{> head}}', {}, { head: '\n{{nosuch 1}}' })).toEqual([
      expect.stringMatching(/^t\/head\.hbs:2: there is no helper 'nosuch'/),
    ]);
    expect(await problems('{{> head}}', {}, { head: '{{> head}}' })).toEqual([
      't/head.hbs: it calls itself without end',
    ]);
  });

  it('that are not there, or have no name, are told with the others', async () => {
    const body = (): void =>
      void template('/x', { source: 't/none.hbs', partials: { a: 't/neither.hbs', 'b c': 'x', d: '' } });
    expect(await problemsOf(body, place())).toEqual([
      expect.stringContaining("'b c', which is no name"),
      expect.stringContaining('partials.d must be'),
    ]);
    const files = (): void => void template('/x', { source: 't/none.hbs', partials: { a: 't/neither.hbs' } });
    expect(await problemsOf(files, place())).toEqual([
      expect.stringContaining('t/none.hbs'),
      expect.stringContaining('t/neither.hbs'),
    ]);
  });
});
