/** The words after `#!` in the first line of a script; `sh` where there are none. */
export function interpreterOf(content: Uint8Array): readonly [string, ...string[]] {
  const [line = ''] = Buffer.from(content.subarray(0, 256)).toString('latin1').split('\n');
  const [, program, rest = ''] = /^#![ \t]*(\S+)[ \t]*(.*?)\s*$/.exec(line) ?? [];
  if (program === undefined) return ['sh'];
  // The kernel gives what follows as one word; `env -S` splits it.
  const split = /^-S[ \t]*(\S.*)$/.exec(rest)?.[1] ?? rest;
  const words = /(^|\/)env$/.test(program) ? split.split(/[ \t]+/) : [rest];
  return [program, ...words.filter((word) => word !== '')];
}
