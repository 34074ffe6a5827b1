import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../playbook/load/project.ts';

/** The version of this tsplay. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

/** The versions of all that a report of a bug should name. */
export function versions(): string {
  return `tsplay ${version()}, Node ${process.version}, ${process.platform} ${process.arch}`;
}
