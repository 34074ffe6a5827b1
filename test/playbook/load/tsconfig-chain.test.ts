import { afterEach, expect, it } from 'vitest';
import { readTsconfigChain } from '../../../src/playbook/load/tsconfig-chain.ts';
import { tempProject, type TempProject } from './temp-project.ts';

let project: TempProject;
afterEach(() => project.remove());

it('follows extends by path and by package, as one and as a list', () => {
  project = tempProject({
    'node_modules/@acme/tsconfig/tsconfig.json': '{"extends":"./strict"}',
    'node_modules/@acme/tsconfig/strict.json': '{"compilerOptions":{"types":["node"]}}',
    'base.json': '{}',
    'a/tsconfig.json': '{"extends":["../base","@acme/tsconfig","./gone.json"]}',
  });
  expect(readTsconfigChain(project.path('a/tsconfig.json'))).toEqual({
    files: [
      project.path('a/tsconfig.json'),
      project.path('base.json'),
      project.path('node_modules/@acme/tsconfig/tsconfig.json'),
      project.path('node_modules/@acme/tsconfig/strict.json'),
    ],
    paths: undefined,
    hasTypes: true,
  });
});

it('takes the paths of the nearest tsconfig, each relative to where it is written', () => {
  project = tempProject({
    'base/tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./lib/*"],"x":["./x.ts"]}}}',
    'inherits.json': '{"extends":"./base/tsconfig.json"}',
    'replaces.json':
      '{"extends":"./base/tsconfig.json","compilerOptions":{"paths":{"~/*":["src/*","gen/*"]}}}',
  });
  expect(readTsconfigChain(project.path('inherits.json')).paths).toEqual({
    '@/*': [project.path('base/lib/*')],
    x: [project.path('base/x.ts')],
  });
  expect(readTsconfigChain(project.path('replaces.json')).paths).toEqual({
    '~/*': [project.path('src/*'), project.path('gen/*')],
  });
});

it('makes of baseUrl what TypeScript 7 asks for instead', () => {
  project = tempProject({
    'tsconfig.json': '{"compilerOptions":{"baseUrl":"src","paths":{"@/*":["lib/*"]}}}',
  });
  expect(readTsconfigChain(project.path('tsconfig.json')).paths).toEqual({
    '*': [project.path('src/*')],
    '@/*': [project.path('src/lib/*')],
  });
});

it('reads comments and trailing commas, and leaves strings alone', () => {
  project = tempProject({
    'tsconfig.json': `\uFEFF{
      // one, "two"
      "compilerOptions": { /* { */ "paths": { "a//b": ["x/*, ]"], "c\\"/*": ["d",], }, /* } */
      },
    }`,
  });
  expect(readTsconfigChain(project.path('tsconfig.json')).paths).toEqual({
    'a//b': [project.path('x/*, ]')],
    'c"/*': [project.path('d')],
  });
});

it('stops at a circle and at what it cannot read, which the compiler reports', () => {
  project = tempProject({
    'a.json': '{"extends":"./b.json"}',
    'b.json': '{"extends":"./a.json"}',
    'c.json': '{',
  });
  expect(readTsconfigChain(project.path('a.json')).files).toHaveLength(2);
  expect(readTsconfigChain(project.path('c.json'))).toMatchObject({ hasTypes: false, paths: undefined });
});

it('takes null for not set, and leaves wrong values to the compiler', () => {
  project = tempProject({
    'base.json': '{"compilerOptions":{"baseUrl":".","paths":{"@/*":["lib/*"]},"types":["node"]}}',
    'null.json': '{"extends":"./base","compilerOptions":{"baseUrl":null,"paths":null,"types":null}}',
    'wrong.json': '{"extends":[5,{}],"compilerOptions":{"paths":{"@/*":"lib"},"baseUrl":5,"types":"node"}}',
    'list.json': '[]',
  });
  const nothing = { paths: undefined, hasTypes: false };
  expect(readTsconfigChain(project.path('null.json'))).toMatchObject(nothing);
  expect(readTsconfigChain(project.path('wrong.json'))).toMatchObject({
    paths: { '@/*': [] },
    hasTypes: false,
  });
  expect(readTsconfigChain(project.path('list.json'))).toMatchObject(nothing);
});

it('takes configDir for the folder of the tsconfig that extends', () => {
  project = tempProject({
    'base.json': '{"compilerOptions":{"paths":{"@/*":["${configDir}/src/*"]}}}',
    'a/tsconfig.json': '{"extends":"../base"}',
  });
  expect(readTsconfigChain(project.path('a/tsconfig.json')).paths).toEqual({
    '@/*': [project.path('a/src/*')],
  });
});
