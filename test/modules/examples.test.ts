import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { withExports } from '../../src/module-docs/compiler.ts';
import { shippedDocs } from '../../src/module-docs/shipped.ts';

const { modules, taskOptions } = shippedDocs();
const file = fileURLToPath(new URL('../../examples-of-modules.ts', import.meta.url));

const compilerOptions = {
  module: 'nodenext',
  target: 'es2023',
  lib: ['es2023'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
};

/** The examples of all modules and their options, each as the body of a function. */
function program(): string {
  const examples = [
    ...modules.flatMap((module) => [
      module.examples,
      ...module.options.map((option) => option.examples ?? []),
    ]),
    ...taskOptions.map((option) => option.examples ?? []),
  ].flat();
  const named = (from: string): string =>
    modules.flatMap((module) => (module.from === from ? [module.name] : [])).join(', ');
  return [
    `import { ${named('tsplay/modules')} } from 'tsplay/modules'; import { ${named('tsplay/roles')} } from 'tsplay/roles';`,
    `import { and, not, or, rc, sh, stdout } from 'tsplay/steps';`,
    'export const unused = [and, not, or, rc, sh, stdout];',
    ...examples.map(
      // Of an option it may be the value alone.
      (example, index) =>
        `export async function example${index}(): Promise<void> {\n${/^[{['\d]/.test(example) ? 'void ' : ''}${example}\n}`,
    ),
  ].join('\n');
}

/** What an example leaves open, such as a variable of the inventory. */
const unknownName = [2304, 18_004];

it('the examples in the comments of modules have no type errors', () => {
  const text = program();
  const question = { file, text, config: { compilerOptions, files: [file] }, opaque: () => true };
  const wrong = withExports(question, ({ problems }) =>
    problems
      .filter(({ code }) => !unknownName.includes(code))
      .map((problem) => `${text.slice(0, problem.at).split('\n').at(-1)}…: ${problem.text}`),
  );
  expect(wrong).toEqual([]);
  // That a misspelt option would be found is what makes this a test.
  const misspelt = { ...question, text: text.replace("lacpRate: 'fast'", "lacpRat: 'fast'") };
  expect(withExports(misspelt, ({ problems }) => problems.map((one) => one.text)).join('\n')).toContain(
    "'lacpRat' does not exist",
  );
});
