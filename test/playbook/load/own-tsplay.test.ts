import { symlinkSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { ownPackage, resolveOwnTsplay } from '../../../src/playbook/load/own-tsplay.ts';
import { builtPackage } from './load-in-child.ts';
import { tempProject, type TempProject } from './temp-project.ts';

let project: TempProject;
afterEach(() => project.remove());

const tsplay = '{"name":"tsplay","bin":{"tsplay":"cli.js"},"exports":{}}';

it('finds the command of the tsplay that a project has installed, also from a package within', () => {
  project = tempProject({
    'node_modules/tsplay/package.json': tsplay,
    'node_modules/tsplay/cli.js': '',
    'packages/infra/package.json': '{"name":"infra"}',
  });
  expect(resolveOwnTsplay(project.path('packages/infra'))).toBe(project.path('node_modules/tsplay/cli.js'));
});

it('finds the command in a repository of tsplay itself', () => {
  project = tempProject({ 'package.json': tsplay, 'cli.js': '' });
  expect(resolveOwnTsplay(project.dir)).toBe(project.path('cli.js'));
});

it('gives nothing to hand over to where the own tsplay is the one that runs, or is not built, or is missing', () => {
  project = tempProject({ 'node_modules/.keep': '' });
  expect(resolveOwnTsplay(project.dir)).toBeUndefined();
  symlinkSync(builtPackage, project.path('node_modules/tsplay'));
  expect(ownPackage(project.dir)).toBe(project.path('node_modules/tsplay'));
  expect(resolveOwnTsplay(project.dir)).toBeUndefined();
  project.write({ 'a/node_modules/tsplay/package.json': tsplay });
  expect(resolveOwnTsplay(project.path('a'))).toBeUndefined();
});

it("is not misled by a user's project of the same name", () => {
  project = tempProject({ 'package.json': '{"name":"tsplay"}' });
  expect(ownPackage(project.dir)).toBeUndefined();
});
