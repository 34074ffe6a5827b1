import { afterEach, describe, expect, it } from 'vitest';
import { callerPlace, placeOfError } from '../../src/playbook/place.ts';
import { load } from './load/load-in-child.ts';
import { tempProject, type TempProject } from './load/temp-project.ts';

let project: TempProject;
afterEach(() => project.remove());

// Types and comments, so that lines and columns of the emitted code are others than those of the source.
const types = `
/** A comment. */
interface Running { readonly callerPlace: () => unknown; readonly placeOfError: (error: unknown) => unknown }

type Unused = Record<string, number>;
`;

describe('in a loaded playbook', () => {
  it('is the line and column of the call in the source', async () => {
    project = tempProject({
      'site.ts': `${types}
export const probe = (running: Running) => {
  const first = running.callerPlace();  const second: unknown = running.callerPlace();
  return [first, second, running.placeOfError(new Error('here'))];
};`,
    });
    const { exports, errors } = await load(project.dir, ['site.ts']);
    expect(errors).toEqual([]);
    const file = project.path('site.ts');
    expect(exports[0]?.['probe']).toEqual([
      { file, line: 8, column: 25 },
      { file, line: 8, column: 73 },
      { file, line: 9, column: 47 },
    ]);
  });

  it('is in the file that calls, after an await, below a module of a package, however deep', async () => {
    project = tempProject({
      'package.json': '{"type":"module"}',
      'node_modules/left/package.json': '{"type":"module","types":"index.d.ts","main":"index.js"}',
      'node_modules/left/index.js':
        'const deep = (n, f) => n === 0 ? f() : [deep(n - 1, f)][0]; export const left = (f) => deep(30, f);',
      'node_modules/left/index.d.ts': 'export declare const left: <T>(f: () => T) => T;',
      'a folder/tasks.ts': `${types}
import { left } from 'left';
export const from: string = import.meta.url;
export async function tasks(running: Running) {
  await Promise.resolve();
  return left(running.callerPlace);
}`,
      'site.ts': `import { tasks } from './a folder/tasks.ts';\nexport const probe = tasks;`,
    });
    const { exports, errors } = await load(project.dir, ['site.ts']);
    expect(errors).toEqual([]);
    expect(exports[0]?.['probe']).toEqual({ file: project.path('a folder/tasks.ts'), line: 11, column: 10 });
  });
});

describe('in code that somebody else maps, as this test', () => {
  it('is where the call is written', () => {
    project = tempProject();
    const [here, there] = [callerPlace(), placeOfError(new Error('there'))];
    expect(here?.file).toBe(import.meta.filename);
    expect(here).toMatchObject({ line: there?.line, column: 28 });
  });

  it('is nowhere for what is no error or has no place in code of the user', () => {
    project = tempProject();
    const error = new Error('gone');
    error.stack = 'Error: gone\n    at node:internal/x:1:2\n    at f (/x/node_modules/y/z.js:1:2)';
    expect([placeOfError('text'), placeOfError(error)]).toEqual([undefined, undefined]);
  });
});
