#!/usr/bin/env node
import { ExitCode, run } from '@stricli/core';
import { appFor } from './app.ts';
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
  await run(await appFor(words), words, { process: Object.assign(parsing, { stdout, stderr, env }) });
  process.exitCode ??= statusOf(parsing.exitCode);
  if (parsing.exitCode === ExitCode.InvalidArgument) {
    const command = words.slice(0, words[0] === 'lab' ? 2 : 1).join(' ');
    stderr.write(`See tsplay ${command} --help.\n`);
  }
}

/** What follows the host of `lab ssh` belongs to the command there, flags and all, as with ssh itself. */
function withEscape(words: readonly string[]): readonly string[] {
  const [lab, ssh, host, ...rest] = words;
  const isSsh = lab === 'lab' && ssh === 'ssh' && host !== undefined && !host.startsWith('-');
  return isSsh && rest.length > 0 && rest[0] !== '--' ? [lab, ssh, host, '--', ...rest] : words;
}

/** Whatever nobody caught is a bug; a status of its own keeps it apart from a failed task. */
function crash(problem: unknown): void {
  void showError(problem).finally(() => process.exit(bug));
}

function statusOf(code: number | null): number {
  if (code === ExitCode.Success) return 0;
  return code === ExitCode.UnknownCommand || code === ExitCode.InvalidArgument ? wrongUse : bug;
}
