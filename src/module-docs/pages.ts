import { everyTask } from './find-doc.ts';
import type { ModuleDoc, ModuleDocs, OptionDoc } from './module-doc.ts';
import { absentText, termsOf } from './terms.ts';

const made = '<!-- Made by `npm run docs` from the comments in modules/; the gate checks it. -->';

/** The pages of all modules in Markdown, by the names of their files. */
export function pages(docs: ModuleDocs): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', page(indexBlocks(docs))],
    [`${everyTask}.md`, page(taskBlocks(docs.taskOptions))],
    ...docs.modules.map((module) => [`${module.name}.md`, page(moduleBlocks(module))] as const),
  ]);
}

function page(blocks: readonly string[]): string {
  return `${[made, ...blocks].join('\n\n')}\n`;
}

function indexBlocks({ modules, taskOptions }: ModuleDocs): readonly string[] {
  const groups = [...new Set(modules.map(({ group = '' }) => group))].toSorted();
  const names = taskOptions.map(({ name }) => `\`${name}\``).join(', ');
  return [
    '# Modules',
    'What `tsplay doc` shows, too. Name first, options second: ' +
      "`bond('bond0', { mode: '802.3ad', slaves: ['eth1'] })`.",
    `Every task also takes [${names}](${everyTask}.md).`,
    ...groups.flatMap((group) => [
      `## ${group}`,
      modules
        .filter((module) => module.group === group)
        .map(({ name, summary }) => `- [\`${name}\`](${name}.md): ${summary}`)
        .join('\n'),
    ]),
  ];
}

function taskBlocks(options: readonly OptionDoc[]): readonly string[] {
  return [
    '# Options of every task',
    'Beside the options of its module, every task can be given these.',
    ...optionBlocks(options),
  ];
}

function moduleBlocks(module: ModuleDoc): readonly string[] {
  const { name, from, group = '', text, options, absent, result = [] } = module;
  const { remarks = [], returns = [], throws = [] } = module;
  return [
    `# ${name}`,
    `\`import { ${name} } from '${from}';\` · [${group}](README.md#${group})`,
    text,
    ...remarks,
    ...section('Examples', [code(module.examples)], module.examples),
    ...section('Options', optionBlocks(options), options),
    ...(absent === undefined ? [] : [absentText(absent)]),
    ...(module.kind === 'module' ? [`Every task also takes [these](${everyTask}.md).`] : []),
    ...section(
      'Result',
      ['What `result()` gives beside what every result has.', ...optionBlocks(result)],
      result,
    ),
    ...section('Returns', returns, returns),
    ...section('Errors', throws, throws),
    ...section('See', [module.see.map((link) => `- ${linked(link)}`).join('\n')], module.see),
  ];
}

function section(title: string, blocks: readonly string[], things: readonly unknown[]): readonly string[] {
  return things.length === 0 ? [] : [`## ${title}`, ...blocks];
}

/** Options as sections of their own, which can be linked to; those of objects in them as lists. */
function optionBlocks(options: readonly OptionDoc[]): readonly string[] {
  return options.flatMap((option) => [
    `### ${option.name}`,
    [codeSpan(option.type), ...termsOf(option)].join(' · '),
    ...(option.text === '' ? [] : [option.text]),
    ...(option.options === undefined ? [] : [listed(option.options)]),
    ...(option.examples === undefined ? [] : [code(option.examples)]),
    ...(option.see === undefined ? [] : [option.see.map((link) => `See ${linked(link)}`).join('\n\n')]),
  ]);
}

function listed(options: readonly OptionDoc[]): string {
  return options
    .map((option) => {
      const inner = option.options === undefined ? [] : [listed(option.options)];
      const blocks = [
        [`**${option.name}**`, codeSpan(option.type), ...termsOf(option)].join(' · '),
        ...(option.text === '' ? [] : [option.text]),
        ...inner,
      ];
      return `- ${blocks
        .join('\n\n')
        .replaceAll(/\n(?!\n)/g, '\n  ')
        .replaceAll(/ +\n/g, '\n')}`;
    })
    .join('\n');
}

function code(examples: readonly string[]): string {
  return [
    '```ts',
    ...examples.flatMap((example, index) => (index > 0 ? ['', example] : [example])),
    '```',
  ].join('\n');
}

/** Code within a line, whatever marks are in it. */
function codeSpan(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function linked(link: string): string {
  return /^https?:\S+$/.test(link) ? `<${link}>` : link;
}
