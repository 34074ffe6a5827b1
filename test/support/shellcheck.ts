import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optionalParts, partText, runtimeParts } from '../../src/steps/runtime.ts';

/** What ShellCheck may say of a program all the same, and why. */
const exclusions: Readonly<Record<string, string>> = {
  SC2016: 'values stand in single quotes so that nothing in them expands',
  SC1003: 'a backslash in single quotes is a part of a value',
  SC2194: 'what author code compares may be an option, which is constant in one program',
  SC2034: 'variables of a step are read by their number, through eval',
  SC2154: 'variables of a step are set by their number, through eval',
  SC2153: 'TS_PATH and ts_path are two',
  SC2015: 'in `a && b || c` of the runtime, c is meant for a failure of b too',
  SC2119: 'ts_end has arguments where somebody waited for a change',
  SC2120: 'the same, where nobody did',
  SC2089: 'a quote in a value is a part of it',
  SC2090: 'the same, where it is exported',
  SC2041: 'a list of values may have one',
  SC2030: 'halves run in subshells, and what one sets is not meant for another',
  SC2031: 'the same, where another sets it again',
  SC2254: 'what somebody has given as a pattern is one',
  SC3013: 'POSIX leaves -ef open; dash, busybox ash and bash have it',
};

/** `set -- $words` splits on purpose, and in a program globbing is off. */
const splits = /^\s*(\w+\)\s*)?set -- /;

/** What ShellCheck says about a program, one finding a line, with the line of the program. */
export function shellcheck(text: string): readonly string[] {
  return shellcheckAll({ program: text });
}

/** The same about several programs, by their names: one process, since its start takes as long as a small program. */
export function shellcheckAll(programs: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'tsplay-shellcheck-'));
  try {
    for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, name), text);
    const options = ['-s', 'sh', '-f', 'gcc', ...Object.keys(exclusions).flatMap((code) => ['-e', code])];
    const { stdout, stderr } = spawnSync('shellcheck', [...options, ...Object.keys(programs)], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    return `${stderr}${stdout}`.split('\n').flatMap((finding) => {
      if (finding === '') return [];
      const [, name = '', row] = /^(.*?):(\d+):/.exec(finding) ?? [];
      const line = programs[name]?.split('\n')[Number(row) - 1] ?? '';
      return finding.includes('[SC2086]') && splits.test(line) ? [] : [`${finding}\n${line}`];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Only names that the compiler gives: what a file gets may look like a function.
const aFunction = /^(?=(?:# .*\n)?(?:[a-z]\d+|q_\w+|ts_section_\d+|ts_tasks)\(\) \{$)/m;

/**
 * Bodies without functions that stand in one of them already, but for the values in them: modules are called many times
 * in alike ways.
 */
export function withoutAlike(bodies: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const seen = new Set<string>();
  return Object.fromEntries(
    Object.entries(bodies).map(([name, body]) => [
      name,
      body
        .split(aFunction)
        .filter((text) => {
          const alike = text.replaceAll(/'[^']*'|^# .*$/gm, "''").replaceAll(/\d+/g, '0');
          return !seen.has(alike) && seen.add(alike);
        })
        .join(''),
    ]),
  );
}

/** A part of the runtime as it is written: with the comments that ShellCheck reads, which are not sent. */
export function runtimePart(file: string): string {
  return readFileSync(new URL(`../../src/steps/runtime/${file}`, import.meta.url), 'utf8');
}

/** The whole runtime as it is written, with the parts that only some programs bring along. */
export function runtimeSource(): string {
  return [...runtimeParts, ...optionalParts].map(runtimePart).join('\n');
}

/** A body without the parts of the runtime that it brings along: they are checked as they are written. */
export function ownCode(body: string): string {
  return optionalParts.reduce((rest, part) => rest.replace(partText(part), () => ''), body);
}
