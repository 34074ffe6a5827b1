import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listLines, moduleLines } from '../../src/cli/docs/doc-lines.ts';
import { wrappedParagraphs } from '../../src/cli/docs/wrap.ts';
import { shippedDocs } from '../../src/module-docs/shipped.ts';
import { pages } from '../../src/module-docs/pages.ts';
import { displayWidth } from '../../src/report/display-width.ts';
import { textOf } from '../../src/report/line.ts';
import { cli } from '../support/cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const docs = shippedDocs();

function doc(...words: readonly string[]) {
  const { FORCE_COLOR: _color, ...env } = process.env;
  const options = { cwd: root, encoding: 'utf8', env } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'doc', ...words], options);
  return { status, stdout, stderr };
}

const well = { status: 0, stderr: '' };

describe('tsplay doc', () => {
  it('lists all modules by their subjects', () => {
    const { stdout, ...rest } = doc();
    expect(rest).toEqual(well);
    expect(stdout).toMatch(/^files\n {2}\w/m);
    expect(stdout).toMatch(/^ {2}file +A file with exactly this content/m);
    expect(stdout).toMatch(/^network\n {2}\w/m);
    expect(stdout).toMatch(/^Every task also takes when, become,/m);
    for (const { name } of docs.modules) expect(stdout).toMatch(new RegExp(`^  ${name}  `, 'm'));
  });

  it('shows a module with its options, examples and links, in 80 columns', () => {
    const { stdout, ...rest } = doc('kernelModule');
    expect(rest).toEqual(well);
    expect(stdout).toMatch(
      /^kernelModule {2}system\n\n {2}import \{ kernelModule \} from 'tsplay\/modules';\n/,
    );
    expect(stdout).toMatch(/^ {2}persist {2}boolean\n {6}default: `true`\n {6}Load it at boot too/m);
    expect(stdout).toContain("\n  kernelModule('bonding', { parameters: { max_bonds: 0 } })\n");
    expect(stdout).toContain('\nSee\n  https://man7.org/linux/man-pages/man8/modprobe.8.html\n');
    expect(stdout).not.toContain('\u001b');
  });

  it.each([
    ['bond.lacpRate', "bond.lacpRate  'fast' | 'slow'\n    only with `mode: '802.3ad'`; default: as it is\n"],
    ['ipvs.servers.tunnel.port', "required with `type: 'gue'`, and not possible without"],
    ['bond.retries', 'bond.retries  number\n    default: `0`\n'],
    ['retries', 'retries  number\n    default: `0`\n'],
    ['task-options', '\nnotify  Handler | Handler[]\n'],
  ])('shows %s', (words, text) => {
    const { stdout, ...rest } = doc(words);
    expect(rest).toEqual(well);
    expect(stdout).toContain(text);
  });

  it.each([
    [['bnod'], 'there is no module bnod; did you mean bond?'],
    [['lineinfile'], 'there is no module lineinfile; did you mean file or line?'],
    [['docker'], 'there is no module docker; did you mean container?'],
    [['tsplay/module'], "Did you mean 'tsplay/modules'?"],
    [['@site/nowhere'], 'If the name is right: npm install @site/nowhere.'],
    [['lacpRate'], 'There are options of that name: tsplay doc bond.lacpRate.'],
    [['bond.mod'], 'bond has no option mod; did you mean mode?'],
    [['bond.mode.x'], 'bond.mode has no option x'],
    [['--from', './nowhere.ts'], './nowhere.ts: there is no such file'],
    [
      ['@standard-schema/spec'],
      '@standard-schema/spec: it exports no module, and no function with a comment',
    ],
  ])('%j is wrong, and says what is near', (words, message) => {
    expect(doc(...words)).toEqual({
      status: 64,
      stdout: '',
      stderr: expect.stringContaining(message) as string,
    });
  });

  it('prints JSON, for programs', () => {
    expect(JSON.parse(doc('--json').stdout)).toEqual(docs);
    expect(JSON.parse(doc('bond', '--json').stdout)).toMatchObject({ name: 'bond', group: 'network' });
    expect(JSON.parse(doc('bond.mode', '--json').stdout)).toMatchObject({ name: 'mode', required: 'always' });
  });
});

it.each(docs.modules.map((module) => [module.name, module] as const))(
  'what is said of %s fits narrow terminals',
  (_name, module) => {
    for (const columns of [30, 80]) {
      // Code and links are not broken, and what is one word cannot be.
      const { examples: _examples, see: _see, ...rest } = module;
      const long = moduleLines({ ...rest, examples: [], see: [] }, columns)
        .map(textOf)
        .filter(
          (line) =>
            displayWidth(line) > columns && line.trim().includes(' ') && !/import|^ {2}\w+\(/.test(line),
        );
      expect(long).toEqual([]);
    }
  },
);

it('lists are cut where a terminal ends, and their text is not', () => {
  const [first, second] = listLines(docs, 30);
  expect([first?.cut, second?.cut]).toEqual([false, true]);
});

it('paragraphs keep their lists and code', () => {
  const text = 'one two\nthree\n\n- a point of\n  two lines\n- b\n\n```\ncode   as it is\n```';
  expect(wrappedParagraphs(text, 9)).toEqual([
    'one two',
    'three',
    '',
    '- a point',
    '  of two',
    '  lines',
    '- b',
    '',
    'code   as it is',
  ]);
});

it('there is a page for each module, and an index that leads to it', () => {
  const made = pages(docs);
  const index = made.get('README.md') ?? '';
  for (const { name } of docs.modules) {
    expect(index).toContain(`- [\`${name}\`](${name}.md): `);
    expect(made.get(`${name}.md`)).toContain(`\n# ${name}\n`);
  }
  expect(made.get('task-options.md')).toContain('\n### retries\n\n`number` · default: `0`\n');
});
