#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@stricli/core';
import { packageRoot } from '../playbook/load/project.ts';
import { buildApp, wrongUse } from './app.ts';

// A reader that closes its end, such as head, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
  version: string;
};
// The library's own statuses: negative for unknown commands and flags, ours where a command threw.
const outcome: { exitCode: number | null } = { exitCode: null };
const { stdout, stderr, env } = process;
await run(buildApp(version), process.argv.slice(2), {
  process: Object.assign(outcome, { stdout, stderr, env }),
});
process.exitCode ??= (outcome.exitCode ?? 0) < 0 ? wrongUse : (outcome.exitCode ?? 0);
