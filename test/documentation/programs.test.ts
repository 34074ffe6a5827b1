import { afterAll, beforeAll, expect, it } from 'vitest';
import * as modules from '../../modules/index.ts';
import * as tsplay from '../../src/index.ts';
import * as steps from '../../src/steps/index.ts';
import { armoredFingerprint, armoredKey } from '../support/armored-key.ts';
import { startCli, type Ended } from '../support/cli.ts';
import { codeBlocks, type CodeBlock } from '../support/documentation.ts';
import { playbookProject, type PlaybookProject } from '../support/playbook-project.ts';

/** Names that a block leaves to its reader, and what they may be. */
const leftOpen: Readonly<Record<string, string>> = {
  content: `const content = 'x';`,
  types: `const types = 'x';`,
  url: `const url = 'http://127.0.0.1:8080';`,
  probe: `const probe = command('probe', { run: ['true'] });`,
  certificate: `const certificate = file('/etc/ssl/app/certificate', { content: '' });`,
  key: `const key = file('/etc/ssl/app/key', { content: '' });`,
  hostsFromOurDatabase: `const hostsFromOurDatabase = async () => ({ db1: {} });`,
};

/** What the body of a play gets, and what the play says of it. */
const parameters: Readonly<Record<string, string>> = {
  vars: `vars: v.object({ uplinks: v.array(v.object({ dev: v.string() })) })`,
  facts: `facts: ['local']`,
};

/** Files that blocks speak of, beside them. */
const files = {
  'files/agent': '',
  'site/index.html': '',
  'scripts/schema.sh': 'true\n',
  'nginx.conf.hbs': '',
  'keys/postgres.asc': armoredKey,
};

const inventory = `hosts:
  gw1: {}
  web1: {}
  lb1: {}
  app1: { vars: { password: { $secret: { env: PASSWORD } } } }
groups:
  gateways: { hosts: [gw1] }
  web: { hosts: [web1] }
  app: { hosts: [app1] }
  director: { hosts: [lb1] }
vars:
  uplinks:
    - { name: isp1, dev: eth1, address: 203.0.113.2/29, via: 203.0.113.1, weight: 1, ports: [80] }
    - { name: isp2, dev: eth2, address: 203.0.113.130/29, via: 203.0.113.129, weight: 2, ports: [25] }
`;

/** A block as a file of its own, where it stands word for word from the second line on. */
interface Program {
  readonly place: string;
  readonly file: string;
  readonly text: string;
  readonly hasPlay: boolean;
}

const programs = codeBlocks('ts').map(programOf);

function programOf(block: CodeBlock): Program {
  const place = `${block.page}:${block.line}`;
  const file = `pages/${place.replaceAll(/\W/g, '-')}.ts`;
  // That key is not ours to keep.
  const text = block.text.replace(/(?<=fingerprint: ')[^']*/, armoredFingerprint);
  const open = Object.keys(leftOpen).filter((name) => mentions(text, name));
  const before = open.map((name) => leftOpen[name]).join(' ');
  if (/^import /m.test(text))
    return { place, file, text: `${before}\n${text}`, hasPlay: /^export default play\(/m.test(text) };
  if (/^(?:export default )?play\(/m.test(text)) {
    const whole = text.replace(/^play\(/m, 'export default play(');
    return { place, file, text: `${imports(before + text)}${before}\n${whole}`, hasPlay: true };
  }
  const taken = Object.keys(parameters).filter((name) => mentions(text, name));
  const options = [`hosts: 'all'`, ...taken.map((name) => parameters[name])].join(', ');
  const play = `export default play('Part', { ${options} }, async ({ ${taken.join(', ')} }) => { `;
  return {
    place,
    file,
    text: `${imports(play + before + text)}${play}${before}\n${text}});\n`,
    hasPlay: true,
  };
}

/** A name of its own, and not a key, a property or a part of a text. */
function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![.\\w'])${name}\\b(?!:)`).test(text);
}

/** Imports of what a text calls: a name that modules have is theirs, and else that of a playbook. */
function imports(text: string): string {
  const found = new Set<string>();
  return Object.entries({ 'tsplay/modules': modules, tsplay, 'tsplay/steps': steps })
    .map(([from, exported]) => {
      const called = Object.keys(exported).filter(
        (name) => !found.has(name) && new RegExp(`(?<![.\\w'])${name}[(.\`]`).test(text),
      );
      for (const name of called) found.add(name);
      return `import { ${called.join(', ')} } from '${from}'; `;
    })
    .join('');
}

let project: PlaybookProject;
let said: Ended;
beforeAll(async () => {
  project = playbookProject();
  for (const [name, text] of Object.entries(files)) project.write(`pages/${name}`, text);
  for (const { file, text } of programs) project.write(file, text);
  const [plays, others] = [programs.filter((one) => one.hasPlay), programs.filter((one) => !one.hasPlay)];
  const lines = [
    ...plays.map(({ file }, index) => `import play${index} from './${file}';`),
    ...others.map(({ file }) => `import './${file}';`),
    `export default [${plays.map((_, index) => `play${index}`).join(', ')}];`,
  ];
  project.write('site.ts', lines.join('\n'));
  project.write('hosts.yaml', inventory);
  // Builds all plays for their hosts, as far as the first barrier of each, and runs nothing.
  const words = ['run', 'site.ts', '-i', 'hosts.yaml', '--list-tasks'];
  said = await startCli(words, { cwd: project.dir, env: { PASSWORD: 'x' } }).ended;
});
afterAll(() => project.remove());

it.each(programs.map(({ place, file }) => [place, file] as const))(
  'what stands in %s is right as it is: types, options, and names that it is left to the reader to import',
  (_place, file) => {
    const problems = said.stderr.split(/\n\n(?=error)/).filter((one) => one.includes(file));
    expect(problems.join('\n\n')).toBe('');
  },
);

it('there is nothing wrong with all of it together, and it has tasks', () => {
  expect(said).toMatchObject({ stderr: '', code: 0 });
  for (const task of ['bond[bond0]', 'container[web]', 'user[ops]', 'mount[/srv/data]'])
    expect(said.stdout).toContain(task);
});
