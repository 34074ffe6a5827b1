import { run, type Command, type CommandContext } from '@stricli/core';
import { expect } from 'vitest';
import { appFor, depthOf, withEscape } from '../../src/cli/app.ts';

const app = appFor([]);

type Target = typeof app.root;
export type Words = readonly string[];

/** All that can be called, or that stands for what can be called: commands and groups of them. */
export const targets = targetsIn(app.root, []);

function targetsIn(target: Target, words: Words): readonly (readonly [name: string, target: Target])[] {
  const entries = 'getAllEntries' in target ? target.getAllEntries() : [];
  const below = entries.flatMap(({ name, target }) => targetsIn(target, [...words, name.original]));
  return [[words.join(' '), target], ...below];
}

/** What the command line writes, without a process of its own. */
export async function output(words: Words): Promise<string> {
  let written = '';
  const stream = { write: (text: string) => (written += text) };
  const context = { process: { stdout: stream, stderr: stream, env: {} } };
  await run(app, withEscape(words), context as unknown as CommandContext);
  return written;
}

/** Calls a command in parsing only: what it would do gets what it would be given. */
export async function parsed(words: Words): Promise<readonly unknown[]> {
  const depth = depthOf(words);
  const [, target] = targets.find(([name]) => name === words.slice(0, depth).join(' ')) ?? [];
  const command = target as Command<CommandContext>;
  const { loader } = command;
  let given: readonly unknown[] = [];
  Object.assign(command, {
    loader:
      async () =>
      (...args: unknown[]) =>
        void (given = args),
  });
  try {
    expect(await output(words)).toBe('');
  } finally {
    Object.assign(command, { loader });
  }
  return given;
}
