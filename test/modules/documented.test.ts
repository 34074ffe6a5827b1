import { describe, expect, it } from 'vitest';
import type { ModuleDoc, OptionDoc } from '../../src/module-docs/module-doc.ts';
import { shippedDocs } from '../../src/module-docs/shipped.ts';

const { modules: all, taskOptions } = shippedDocs();
const modules = all.filter(({ kind }) => kind === 'module');
const roles = all.filter(({ kind }) => kind === 'role');

/** Modules that do nothing whose source could be looked at: they are of the play itself. */
const ofThePlay = ['assert', 'debug', 'fail'];

/** What the comments of a module do not say. */
function missingOf(module: ModuleDoc): readonly string[] {
  const { name, summary, examples, see, options, result = [] } = module;
  return [
    ...(summary === '' ? [`${name}: a sentence on what it is for`] : []),
    ...(examples.length === 0 ? [`${name}: an @example`] : []),
    ...examples.flatMap((example) =>
      example.includes(`${name}(`) ? [] : [`${name}: an @example that calls it: ${example}`],
    ),
    ...(see.length === 0 && !ofThePlay.includes(name)
      ? [`${name}: an @see with the source of what it does, such as a man page`]
      : []),
    ...options.flatMap((option) => missingOfOption(`${name}.${option.name}`, option)),
    ...result.flatMap((one) => (one.text === '' ? [`${name}: a sentence on ${one.name} of its result`] : [])),
  ];
}

/** A sentence that says what is done without the option, in place of a default. */
const leavingOut =
  /\b(?:left out|leav\w+ (?:it|them|this|one) out|without (?:it|them|this|one)\b|if (?:it is )?not given|unless|only needed)/i;

function missingOfOption(path: string, option: OptionDoc): readonly string[] {
  const { text, required, defaultValue, options = [] } = option;
  return [
    ...(text === '' ? [`${path}: a sentence on what it is for`] : []),
    ...(required === 'never' && defaultValue === undefined && !leavingOut.test(text)
      ? [`${path}: an @defaultValue, or a sentence on what leaving it out means`]
      : []),
    ...options.flatMap((inner) => missingOfOption(`${path}.${inner.name}`, inner)),
  ];
}

// What is missing is to be written in the comment of the module or of the interface of its options, in modules/; then
// `npm run docs` makes the pages.
describe('the documentation of', () => {
  it.each(modules.map((module) => [module.name, module] as const))('%s lacks nothing', (_name, module) => {
    expect(missingOf(module)).toEqual([]);
  });

  it.each(roles.map((role) => [role.name, role] as const))('the role %s lacks nothing', (name, role) => {
    const options = role.options.flatMap(({ name: option, text, options: inner }) =>
      text === '' && inner === undefined ? [`${name}.${option}`] : [],
    );
    expect({ summary: role.summary !== '', example: role.examples.length > 0, options }).toEqual({
      summary: true,
      example: true,
      options: [],
    });
  });

  it('the options of every task lacks nothing', () => {
    expect(taskOptions.flatMap((option) => missingOfOption(option.name, option))).toEqual([]);
    expect(taskOptions.map(({ name }) => name)).toContain('when');
  });
});
