import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { output, parsed, targets, type Words } from '../support/command-line.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist/src/cli/main.js');

/** The command lines of tsplay that stand as examples in the help of a command. */
async function examplesOf(name: string): Promise<readonly Words[]> {
  const help = await output([...name.split(' ').filter(Boolean), '--help']);
  return [...help.matchAll(/^Example: (.*)$/gm)]
    .flatMap(([, line = '']) => line.split(/ \| | && /))
    .flatMap((part) => (part.startsWith('tsplay ') ? [part.split(' ').slice(1)] : []));
}

describe('the help', () => {
  it('is there for every command', () => {
    const lab = ['lab', 'lab build', 'lab up', 'lab ssh', 'lab status', 'lab down'];
    const inventory = ['', ' list', ' graph', ' host', ' explain'].map((name) => `inventory${name}`);
    const secret = ['', ' encrypt', ' decrypt', ' edit', ' rekey', ' keygen'].map((name) => `secret${name}`);
    expect(targets.map(([name]) => name)).toEqual([
      '',
      'run',
      'check',
      'compile',
      'plan',
      'apply',
      'rollback',
      'history',
      'show',
      'facts',
      'exec',
      'task',
      'console',
      'doc',
      'init',
      ...inventory,
      'types',
      ...secret,
      ...lab,
    ]);
  });

  it.each(targets)('of tsplay %s has an example of it, whose flags and arguments it has', async (name) => {
    const examples = await examplesOf(name);
    expect(examples.some((words) => `${words.join(' ')} `.startsWith(name === '' ? '' : `${name} `))).toBe(
      true,
    );
    for (const words of examples) {
      const [flags, ...args] = await parsed(words);
      expect(flags).toBeTypeOf('object');
      for (const value of [...Object.values(flags as object), ...args].filter(
        (one) => typeof one === 'string',
      )) {
        expect(words).toContain(value);
      }
    }
  });

  it('has examples with the playbooks, inventories and hosts that come with tsplay', async () => {
    const examples = (await Promise.all(targets.map(([name]) => examplesOf(name)))).flat();
    const calls = examples.flatMap((words) => {
      if (!words.includes('-i')) return [];
      const after = (flag: string): string => words[words.indexOf(flag) + 1] ?? '';
      const playbook = words.find((word) => word.endsWith('.ts')) ?? 'playbooks/site.ts';
      const hosts = words.includes('--limit')
        ? after('--limit').split(',')
        : [after('-i') === 'lab' ? 'lab1' : 'web1'];
      return hosts.map((host) => ['compile', playbook, '-i', after('-i'), '--limit', host].join(' '));
    });
    const different = [...new Set(calls)];
    expect(different).toContain('compile playbooks/site.ts -i prod --limit lb1');
    for (const call of different) {
      const args = [main, ...call.split(' ')];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
      expect({ call, status, stderr }).toEqual({ call, status: 0, stderr: '' });
      expect(stdout).toContain('ts_tasks() {');
    }
  });
});
