import type { ModuleDoc, ModuleDocs, OptionDoc } from '../../module-docs/module-doc.ts';
import { everyTask } from '../../module-docs/find-doc.ts';
import { absentText, termsOf } from '../../module-docs/terms.ts';
import { cuttable, indented, span, whole, type Line } from '../../report/line.ts';
import { wrapped, wrappedParagraphs } from './wrap.ts';

const empty = whole();

/** All modules, one line each, by their subjects. */
export function listLines({ modules, taskOptions }: ModuleDocs, columns: number): readonly Line[] {
  const groups = [...new Set(modules.map(({ group }) => group))];
  const width = Math.max(...modules.map(({ name }) => name.length));
  const told = `Every task also takes ${taskOptions.map(({ name }) => name).join(', ')}: see tsplay doc ${everyTask}.`;
  return [
    ...groups.flatMap((group) => [
      ...(group === undefined ? [] : [whole(span(group, 'strong'))]),
      ...modules
        .filter((module) => module.group === group)
        .map(({ name, summary }) => cuttable(`  ${name.padEnd(width)}  ${summary}`)),
      empty,
    ]),
    ...(modules.some(({ kind }) => kind === 'module')
      ? wrapped(told, columns).map((line) => whole(line))
      : []),
  ];
}

/** A module with all that is known of it. */
export function moduleLines(module: ModuleDoc, columns: number): readonly Line[] {
  const { name, from, group, call, text, options, absent, result = [] } = module;
  const { remarks = [], returns = [], throws = [] } = module;
  return [
    whole(span(name, 'strong'), ...(group === undefined ? [] : [span(`  ${group}`, 'dim')])),
    empty,
    ...indented(2, [whole(`import { ${name} } from '${from}';`), whole(call)]),
    empty,
    ...paragraphs([text, ...remarks].join('\n\n'), columns),
    ...section('Options', optionLines(options, columns - 2)),
    ...(absent === undefined ? [] : [empty, ...paragraphs(absentText(absent), columns)]),
    ...section('Result', [
      ...paragraphs(returns.join('\n\n'), columns - 2),
      ...optionLines(result, columns - 2),
    ]),
    ...section('Errors', paragraphs(throws.join('\n\n'), columns - 2)),
    ...section('Examples', codeLines(module.examples)),
    ...section(
      'See',
      module.see.map((link) => whole(link)),
    ),
  ];
}

/** One option, with those of the objects in it. */
export function oneOptionLines(path: string, option: OptionDoc, columns: number): readonly Line[] {
  return [
    ...optionLines([{ ...option, name: path }], columns),
    ...section('Examples', codeLines(option.examples ?? [])),
    ...section(
      'See',
      (option.see ?? []).map((link) => whole(link)),
    ),
  ];
}

/** Options, one after the other. */
export function optionLines(options: readonly OptionDoc[], columns: number): readonly Line[] {
  return options.flatMap((option) => {
    const { name, type, text, options: inner = [] } = option;
    const [first = '', ...more] = wrapped(`${name} ${type}`, columns - 4);
    return [
      whole(span(name, 'strong'), span(first.replace(name, ' '), 'dim')),
      ...indented(4, [
        ...more.map((line) => whole(span(line, 'dim'))),
        ...wrapped(termsOf(option).join('; '), columns - 4).map((line) => whole(line)),
        ...paragraphs(text, columns - 4),
      ]),
      ...indented(2, optionLines(inner, columns - 2)),
    ];
  });
}

function section(title: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [empty, whole(span(title, 'strong')), ...indented(2, lines)];
}

function paragraphs(text: string, columns: number): readonly Line[] {
  return wrappedParagraphs(text, columns).map((line) => whole(line));
}

function codeLines(examples: readonly string[]): readonly Line[] {
  return examples.flatMap((example, index) => [
    ...(index > 0 && example.includes('\n') ? [empty] : []),
    ...example.split('\n').map((line) => whole(line)),
  ]);
}
