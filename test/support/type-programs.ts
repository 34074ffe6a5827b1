import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilerPath, runCompiler } from '../../src/playbook/load/compiler.ts';
import { makeConfig } from '../../src/playbook/load/config.ts';
import { lookAround } from '../../src/playbook/load/surroundings.ts';
import type { TscOutput } from '../../src/playbook/load/tsc-output.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A line of a program, and what the compiler says of it. */
export interface Said {
  readonly place: string;
  readonly message: string;
}

/** What the compiler says of programs. */
export interface Compiled {
  readonly found: TscOutput;
  /** Messages with their details, one for each line that has some. */
  readonly said: readonly Said[];
}

/** Compiles programs, in one run, as playbooks in a bare folder are. */
export async function compilePrograms(files: readonly string[]): Promise<Compiled> {
  const output = mkdtempSync(join(tmpdir(), 'tsplay-types-'));
  try {
    const config = join(output, 'tsconfig.json');
    const surroundings = { ...lookAround([join(output, 'site.ts')]), chain: undefined };
    const needs = { node: false, v: true };
    writeFileSync(
      config,
      JSON.stringify(makeConfig({ files, output, needs, apart: false, ...surroundings })),
    );
    const found = await runCompiler(compilerPath(), config, root);
    const messages = new Map<string, string>();
    for (const { where, summary, detail } of found.diagnostics) {
      const place = where === undefined ? 'nowhere' : `${where.file}:${where.line}`;
      messages.set(place, `${messages.get(place) ?? ''}${summary}\n${detail}\n`);
    }
    return { found, said: [...messages].map(([place, message]) => ({ place, message })) };
  } finally {
    rmSync(output, { recursive: true });
  }
}

/** What the lines of a program say that the compiler has to say about them: `// error: …`. */
export function expectedOf(file: string): readonly Said[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const [, message] = /\/\/ error: (.+)$/.exec(line) ?? [];
      return message === undefined ? [] : [{ place: `${file}:${index + 1}`, message }];
    })
    .toSorted(byPlace);
}

/** What the compiler says of a program; a message that has the expected words is told by these. */
export function saidOf({ said }: Compiled, file: string): readonly Said[] {
  const wanted = expectedOf(file);
  return said
    .filter(({ place }) => place.startsWith(`${file}:`))
    .map(({ place, message }) => {
      const part = wanted.find((one) => one.place === place)?.message;
      return { place, message: part !== undefined && message.includes(part) ? part : message };
    })
    .toSorted(byPlace);
}

function byPlace(a: Said, b: Said): number {
  return a.place < b.place ? -1 : 1;
}
