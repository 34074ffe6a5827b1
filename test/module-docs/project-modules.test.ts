import { symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectModules } from '../../src/module-docs/project-modules.ts';
import { tempProject, type TempProject } from '../playbook/load/temp-project.ts';

let project: TempProject;
beforeAll(() => {
  project = tempProject({
    'package.json': '{"type":"module"}',
    'modules/users.ts': `import { defineModule, type Secret, type TaskResult } from 'tsplay/steps';
import type { LinkAddress } from 'tsplay/modules';
import type { Key } from './key.ts';

/** Options of {@link users}. */
export interface UsersOptions {
  /** Their keys. */
  readonly keys: readonly Key[];
  /** @defaultValue none */
  readonly password?: Secret;
  /** Where they log in from. */
  readonly from?: LinkAddress;
}

interface UsersResult extends TaskResult {
  /** How many there are. */
  readonly count: number;
}

/**
 * Who can log in. More of it.
 *
 * @remarks Keys that are not named are removed.
 * @throws A key that is none is an error.
 * @example
 * users('all', {
 *   keys: [{ kind: 'rsa', bits: 4096 }],
 * })
 * @see https://example.org/
 */
export const users = defineModule<UsersOptions, UsersResult>('users', { steps: () => [] });
export const nothing = (): string => 'x';
export const bare = defineModule('bare', { steps: () => [] });
`,
    'modules/key.ts': `
/** One key. */
export type Key =
  | {
      /** Its kind. */
      readonly kind: 'rsa';
      /** Its length in bits. @defaultValue 3072 */
      readonly bits?: number;
    }
  | {
      /** Its kind. */
      readonly kind: 'ed25519';
    };
`,
    'plain.ts': 'export const x = 1;\n',
    'node_modules/acme/package.json':
      '{"name":"acme","type":"module","exports":{".":{"types":"./index.d.ts","default":"./index.js"}}}',
    'node_modules/acme/index.js': '',
    'node_modules/acme/index.d.ts': `import type { Module, TaskResult } from 'tsplay/steps';
/** A site of Acme. */
export declare const site: Module<{
  /** Its port. @defaultValue 80 */
  readonly port?: number;
}, TaskResult>;
`,
  });
  symlinkSync(fileURLToPath(new URL('../..', import.meta.url)), project.path('node_modules/tsplay'));
});
afterAll(() => project.remove());

describe('the modules of a project', () => {
  it('are read with their comments, types of other files and of tsplay', () => {
    const [users, bare, ...others] = projectModules('./modules/users.ts', project.dir);
    expect(others).toEqual([]);
    expect(users).toMatchObject({
      name: 'users',
      from: './modules/users.ts',
      summary: 'Who can log in.',
      text: 'Who can log in. More of it.',
      remarks: ['Keys that are not named are removed.'],
      throws: ['A key that is none is an error.'],
      examples: ["users('all', {\n  keys: [{ kind: 'rsa', bits: 4096 }],\n})"],
      see: ['https://example.org/'],
      kind: 'module',
      call: 'users(name, { … })',
      result: [{ name: 'count', type: 'number', text: 'How many there are.' }],
      options: [
        {
          name: 'keys',
          type: 'Key[]',
          required: 'always',
          options: [
            { name: 'kind', type: "'rsa' | 'ed25519'", text: 'Its kind.' },
            { name: 'bits', only: ["kind: 'rsa'"], defaultValue: '3072' },
          ],
        },
        { name: 'password', type: 'Secret', defaultValue: 'none' },
        { name: 'from', type: 'LinkAddress' },
      ],
    });
    expect(users?.options[1]).not.toHaveProperty('options');
    expect(users?.options[2]?.options?.map(({ name }) => name)).toContain('label');
    expect(bare).toMatchObject({ call: 'bare(name, { … }?)', options: [], examples: [] });
  });

  it('are those of an installed package, too', () => {
    expect(projectModules('acme', project.dir)).toMatchObject([
      {
        name: 'site',
        from: 'acme',
        summary: 'A site of Acme.',
        options: [{ name: 'port', defaultValue: '80' }],
      },
    ]);
  });

  it('are beside roles: functions that something is said of', () => {
    project.write({
      'roles.ts': `
interface SiteOptions {
  /** Its domain. */
  readonly domain: string;
  /** Its port. @defaultValue 80 */
  readonly port?: number;
}

/**
 * A whole site.
 *
 * @returns The task of its configuration.
 * @example site({ domain: 'example.org' });
 */
export function site({ domain, port = 80 }: SiteOptions): string {
  return domain + String(port);
}

/**
 * One host of a site.
 *
 * @param name - that of the host
 */
export function member(name: string, site: SiteOptions, { spare = false }: { readonly spare?: boolean } = {}): void {
  void [name, site, spare];
}
`,
    });
    expect(projectModules('roles.ts', project.dir)).toMatchObject([
      {
        name: 'site',
        kind: 'role',
        call: 'site({ … })',
        returns: ['The task of its configuration.'],
        options: [
          { name: 'domain', required: 'always' },
          { name: 'port', defaultValue: '80' },
        ],
      },
      {
        name: 'member',
        call: 'member(name, { … }, { … }?)',
        options: [
          { name: 'name', type: 'string', text: 'that of the host' },
          { name: 'site', type: 'SiteOptions', options: [{ name: 'domain' }, { name: 'port' }] },
          { name: 'options', required: 'never', options: [{ name: 'spare' }] },
        ],
      },
    ]);
  });

  it.each([
    ['./nowhere.ts', './nowhere.ts: there is no such file'],
    ['./plain.ts', './plain.ts: it exports no module, and no function with a comment'],
    ['nowhere', /^nowhere: Cannot find module 'nowhere'/],
  ])('are missed in %s', (from, message) => {
    expect(() => projectModules(from, project.dir)).toThrow(message);
  });
});
