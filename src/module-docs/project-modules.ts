import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { cliError } from '../errors/cli.ts';
import { moduleAdvice } from '../playbook/load/advice.ts';
import { makeConfig } from '../playbook/load/config.ts';
import { findUp } from '../playbook/load/project.ts';
import { lookAround } from '../playbook/load/surroundings.ts';
import { isVocabulary } from './own-modules.ts';
import { withExports } from './compiler.ts';
import type { ModuleDoc } from './module-doc.ts';
import { readModules } from './read-modules.ts';

/**
 * The documentation of the modules and roles that a file of a project or an installed package exports, read by the compiler.
 * Nothing of it is run.
 *
 * @param from - a file, relative to `cwd`, or the name of a package
 */
export function projectModules(from: string, cwd: string): readonly ModuleDoc[] {
  const path = resolve(cwd, from);
  const isFile = /\.[cm]?ts$/.test(from);
  // A folder of the project may be named as a file is, unless it is a package that is meant.
  const isFolder = !isFile && /^\w[^/]*\//.test(from) && isOwnFolder(from, cwd);
  if (isFile && !existsSync(path))
    throw cliError('nothing-documented', { from, problem: 'there is no such file' });
  const specifier = isFile ? `./${basename(path)}` : isFolder ? `./${from}` : from;
  // Nothing is written: the file that imports is only told to the compiler.
  const file = join(isFile ? dirname(path) : cwd, 'tsplay-doc.ts');
  const surroundings = lookAround([file]);
  const config = makeConfig({
    files: [file],
    output: cwd,
    needs: { node: surroundings.nodeTypes !== undefined, v: true },
    apart: false,
    ...surroundings,
  });
  const question = {
    file,
    text: `export * from ${JSON.stringify(specifier)};\n`,
    config,
    opaque: isVocabulary,
  };
  return withExports(question, ({ exports, problems }) => {
    const [problem] = problems;
    if (problem !== undefined) {
      const advice = problem.code === 2307 ? moduleAdvice(specifier, cwd) : undefined;
      throw cliError('nothing-documented', { from, problem: problem.text, advice });
    }
    const isLocal = (isFile && !/^\.{0,2}\//.test(from)) || isFolder;
    const modules = readModules(exports, { from: isLocal ? `./${from}` : from });
    if (modules.length > 0) return modules;
    throw cliError('nothing-documented', {
      from,
      problem: 'it exports no module, and no function with a comment',
    });
  });
}

function isOwnFolder(from: string, cwd: string): boolean {
  const [first = ''] = from.split('/');
  return existsSync(resolve(cwd, from)) && findUp(cwd, join('node_modules', first)) === undefined;
}
