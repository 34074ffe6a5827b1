import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../playbook/load/project.ts';

/** One file of a new project: its path there, and what is in it. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

/** Where files of the skeleton stand in a project. A package cannot carry some of them under their own names. */
const places: Readonly<Record<string, string>> = {
  'tsconfig.json': 'tsconfig.json',
  'site.ts': 'site.ts',
  'roles/motd/index.ts': 'roles/motd/index.ts',
  'roles/motd/motd.hbs': 'roles/motd/motd.hbs',
  'inventory/prod.yaml': 'inventory/prod.yaml',
  'inventory/lab.yaml': 'inventory/lab.yaml',
  'inventory/local.yaml': 'inventory/local.yaml',
  'inventory/group_vars/web.yaml': 'inventory/group_vars/web.yaml',
  'test/site.test.mjs': 'test/site.test.mjs',
  gitignore: '.gitignore',
  'vscode/settings.json': '.vscode/settings.json',
  'vscode/extensions.json': '.vscode/extensions.json',
};

/**
 * All files of a new project.
 *
 * @param source - what its package.json says to get tsplay
 */
export function projectFiles(name: string, source: string): readonly ProjectFile[] {
  const skeleton = join(packageRoot, 'skeleton');
  const manifest = {
    path: 'package.json',
    text: `${JSON.stringify(manifestOf(name, source), undefined, 2)}\n`,
  };
  const others = Object.entries(places).map(([from, path]) => ({
    path,
    text: readFileSync(join(skeleton, from), 'utf8'),
  }));
  return [manifest, ...others];
}

function manifestOf(name: string, source: string): object {
  return {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    scripts: {
      check: 'tsplay check site.ts -i prod --diff',
      run: 'tsplay run site.ts -i prod --diff',
      test: 'node --test test/*.test.mjs',
    },
    dependencies: { tsplay: source },
    engines: { node: '>=20.19' },
  };
}

/**
 * The name of a package after its folder. Where that cannot be one as it is, with what can be: small letters, digits
 * and `-`, `_`, `.` behind the first.
 *
 * @see https://docs.npmjs.com/cli/configuring-npm/package-json#name
 */
export function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z\d._-]+/g, '-')
    .replaceAll(/^[-._]+|[-._]+$/g, '')
    .slice(0, 200);
  // A package cannot depend on one of its own name.
  return ['', 'tsplay', 'node_modules'].includes(name) ? `site${name === '' ? '' : `-${name}`}` : name;
}
