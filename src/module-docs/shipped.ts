import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../playbook/load/project.ts';
import type { ModuleDocs } from './module-doc.ts';

/** The documentation of the modules of tsplay, as the build has written it down: no compiler is needed for it. */
export function shippedDocs(): ModuleDocs {
  return JSON.parse(readFileSync(join(packageRoot, 'dist', 'module-docs.json'), 'utf8')) as ModuleDocs;
}
