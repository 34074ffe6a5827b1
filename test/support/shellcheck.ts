import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { runtimeParts } from '../../src/steps/runtime.ts';

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
  const args = ['-s', 'sh', '-f', 'gcc', ...Object.keys(exclusions).flatMap((code) => ['-e', code]), '-'];
  const { stdout, stderr } = spawnSync('shellcheck', args, {
    input: text,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const lines = text.split('\n');
  return `${stderr}${stdout}`.split('\n').flatMap((finding) => {
    if (finding === '') return [];
    const line = lines[Number(/^-:(\d+):/.exec(finding)?.[1]) - 1] ?? '';
    return finding.includes('[SC2086]') && splits.test(line) ? [] : [`${finding}\n${line}`];
  });
}

/** A part of the runtime as it is written: with the comments that ShellCheck reads, which are not sent. */
export function runtimePart(file: string): string {
  return readFileSync(new URL(`../../src/steps/runtime/${file}`, import.meta.url), 'utf8');
}

/** The whole runtime as it is written. */
export function runtimeSource(): string {
  return runtimeParts.map(runtimePart).join('\n');
}
