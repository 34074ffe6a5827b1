#!/usr/bin/env node
import { ExitCode, run } from '@stricli/core';
import { appFor, depthOf, withEscape } from './app.ts';
import { showError } from './command.ts';
import { bug, wrongUse } from './exit.ts';
import { handOver } from './hand-over.ts';

process.on('uncaughtException', crash);

// A reader that has gone, such as head, is no error. What runs on hosts has a watch of its own for it.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const argv = process.argv.slice(2);
if (!(await handOver(argv, process.cwd()))) await runHere(withEscape(argv));

/** Runs what the command line asks for. A command sets its own exit status; else it is that of the parsing. */
async function runHere(words: readonly string[]): Promise<void> {
  const { stdout, stderr, env } = process;
  const parsing: { exitCode: number | null } = { exitCode: null };
  await run(appFor(words), words, { process: Object.assign(parsing, { stdout, stderr, env }) });
  process.exitCode ??= statusOf(parsing.exitCode);
  const known = knownWords(words, parsing.exitCode);
  if (known !== undefined) stderr.write(`See ${['tsplay', ...known, '--help'].join(' ')}.\n`);
}

/** How far words that were not understood name a command, whose help can be pointed at. */
function knownWords(words: readonly string[], code: number | null): readonly string[] | undefined {
  const depth = depthOf(words);
  if (code === ExitCode.UnknownCommand) return words.slice(0, depth - 1);
  return code === ExitCode.InvalidArgument ? words.slice(0, depth) : undefined;
}

/**
 * Whatever nobody caught is a bug, unless the code of a user has thrown it; a status of its own keeps it apart from a
 * failed task.
 */
function crash(problem: unknown): void {
  void tellCrash(problem).finally(() => process.exit(bug));
}

async function tellCrash(problem: unknown): Promise<void> {
  const { uncaughtOfUser } = await import('./uncaught.ts');
  const status = await showError(uncaughtOfUser(problem) ?? problem);
  process.exit(status);
}

function statusOf(code: number | null): number {
  if (code === ExitCode.Success) return 0;
  return code === ExitCode.UnknownCommand || code === ExitCode.InvalidArgument ? wrongUse : bug;
}
