import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { near } from '../../errors/near.ts';
import type { Place } from '../../errors/tsplay-error.ts';
import { moduleAdvice } from './import-advice.ts';
import { moduleCallAt } from './module-call.ts';
import { entryPoints } from './own-tsplay.ts';
import type { Diagnostic } from './tsc-output.ts';

/** What is often written in place of something else, by what the compiler says of it. */
const mistaken: readonly (readonly [says: RegExp, advice: string])[] = [
  [
    /type 'Handle<.* required in type 'Condition'|'Handle<.*' is not assignable to .*'Condition'/,
    'A task is no condition, but has some: .changed and .failed.',
  ],
  [
    /'(?:boolean|true|false)' is not assignable to type 'Condition'/,
    'What is known before the host is asked belongs in a plain if; conditions are joined by and(…), or(…) and not(…) of tsplay.',
  ],
  [
    /Property '(?:and|or|not)' does not exist on type 'Condition'/,
    'Conditions are joined by functions of tsplay: and(a, b), or(a, b), not(a).',
  ],
  [
    /=> Promise<.*' is not assignable to .*'\(\) => NotPromise'/,
    'Its body is not async: what has to be waited for stands before it or behind it.',
  ],
  [
    /'string' is not assignable to type 'CommandLine'/,
    "A command is its words, ['systemctl', 'reload', 'app'], or text for a shell: sh`…` of tsplay, which quotes its values.",
  ],
];

/**
 * What to do about a type error where the compiler does not say it; undefined where it does, or nobody knows.
 *
 * @param modules - the file that names those of tsplay
 */
export async function adviceOn(
  diagnostic: Diagnostic,
  modules: string | undefined,
): Promise<string | undefined> {
  const { code, summary, where } = diagnostic;
  const from = dirname(where?.file ?? '/');
  const [, known] = mistaken.find(([says]) => says.test(summary)) ?? [];
  if (known !== undefined) return known;
  switch (code) {
    case 'TS2304':
    case 'TS2305': {
      const name = /(?:name|member) '(\w+)'/.exec(summary)?.[1] ?? '';
      return (await exportedBy(name)) ?? globalAdvice(name);
    }
    case 'TS2554': {
      const callee = /^[\w$]+/.exec(textAt(where))?.[0] ?? '';
      return callAdvice(callee, (await exportedNames()).get(callee));
    }
    case 'TS2307':
    case 'TS2882': {
      return moduleAdvice(/(?:module|import of) '([^']+)'/.exec(summary)?.[1] ?? '', from);
    }
    case 'TS2339':
    case 'TS2551': {
      const [, property, type] = /'(\w+)' does not exist on type '(Promise|Handle)</.exec(summary) ?? [];
      if (property === undefined) return undefined;
      return type === 'Handle'
        ? `A call gives a handle; what it came to is told by its result: (await handle.result()).${property}, in an async body.`
        : `It has to be waited for: (await handle.result()).${property}, in an async body.`;
    }
    default:
      return code === 'TS2322' && summary.startsWith("Type 'string[]'") && /^hosts\b/.test(textAt(where))
        ? `It is one pattern, with commas between its parts: hosts: 'web,db'.`
        : optionsAdvice(code, where, modules);
  }
}

/** Where the options of a module are told, in whose call something is wrong. */
function optionsAdvice(
  code: string,
  where: Place | undefined,
  modules: string | undefined,
): string | undefined {
  const module = modules === undefined ? undefined : moduleCallAt(code, where, modules);
  return module === undefined
    ? undefined
    : `Options of ${module}, with their types and an example: tsplay doc ${module}`;
}

/** Node has it, whose types are not asked for. */
function globalAdvice(name: string): string | undefined {
  if (name === '' || !Object.hasOwn(globalThis, name)) return undefined;
  return `Node has it. For its types: npm install --save-dev @types/node, and "types": ["node"] in tsconfig.json.`;
}

/** How what tsplay exports is called, where it got too few words or too many. */
function callAdvice(callee: string, from: string | undefined): string | undefined {
  if (callee === 'play') return `Name first: play('name', { hosts: … }, () => { … }).`;
  if (from !== 'tsplay/modules') return undefined;
  return `Name first, options second, as in the examples of: tsplay doc ${callee}`;
}

/** What stands at a place, to the end of its line. */
function textAt(where: Place | undefined): string {
  if (where === undefined) return '';
  const lines = readFileSync(where.file, 'utf8').split('\n');
  return lines[where.line - 1]?.slice(where.column - 1) ?? '';
}

/** Where tsplay has a name that was looked for elsewhere, or has one like it. */
async function exportedBy(name: string): Promise<string | undefined> {
  const all = await exportedNames();
  const where = all.get(name);
  if (where !== undefined) return `It is exported by ${where}: import { ${name} } from '${where}';`;
  const [meant] = name.length < 3 ? [] : near(name, all.keys());
  return meant === undefined
    ? undefined
    : `Did you mean ${meant}? import { ${meant} } from '${all.get(meant)}';`;
}

/** What can be imported of tsplay, and from where; of a name that several have, the first. */
async function exportedNames(): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const [specifier, file] of Object.entries(entryPoints('default'))) {
    try {
      const exported = (await import(pathToFileURL(file).href)) as object;
      for (const name of Object.keys(exported)) if (!names.has(name)) names.set(name, specifier);
    } catch {
      // Then it is not there to be imported.
    }
  }
  return names;
}
