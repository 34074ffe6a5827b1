import { didYouMean } from './near.ts';
import { defineErrors } from './tsplay-error.ts';

/** Errors of finding, checking and importing TypeScript files. */
export const loadingError = defineErrors({
  'file-not-found': {
    exit: 64,
    message: (a: { file: string; near: readonly string[] }) =>
      `there is no file ${a.file}${didYouMean(a.near)}`,
    hint: () => 'Check the path; it is taken relative to where you stand.',
  },
  'not-typescript': {
    exit: 64,
    message: (a: { file: string; near: readonly string[] }) =>
      `${a.file} is not a TypeScript module${didYouMean(a.near)}`,
    hint: () =>
      'Playbooks and inventories end in .ts or .mts and are ES modules. One in JavaScript can be renamed so.',
  },
  'type-error': {
    exit: 64,
    message: (a: { code: string; summary: string; detail: string; advice?: string | undefined }) =>
      `${a.summary} (${a.code})${a.detail === '' ? '' : `\n${a.detail}`}`,
    hint: (a) => {
      // TypeScript proposes to call what was tested.
      if (a.code === 'TS2774') {
        return 'A condition of a task is decided on the host: pass it as `when:`, or await handle.result() and test its values.';
      }
      const [, names] = /'KnownPattern<"[^"]*", (.+)>'/.exec(a.summary) ?? [];
      return names === undefined
        ? a.advice
        : `No inventory with declarations has ${names.replaceAll(' | ', ' or ')}. If one has it by now, make them anew: tsplay types -i NAME.`;
    },
  },
  'compiler-missing': {
    exit: 64,
    message: (a: { platform: string }) => `the TypeScript compiler for ${a.platform} is not installed`,
    hint: () => 'Install again without --omit=optional: npm install tsplay',
  },
  'compiler-failed': {
    exit: 64,
    message: (a: { output: string }) => `the TypeScript compiler failed: ${a.output}`,
  },
  'build-folder': {
    exit: 64,
    message: (a: { folder: string; problem: string }) =>
      `the checked playbook cannot be kept in ${a.folder}: ${a.problem}`,
    hint: () => 'Make the folder of the project writable, or set XDG_CACHE_HOME to a folder that is.',
  },
  'import-failed': {
    exit: 64,
    message: (a: { file: string; problem: string }) => `${a.file} could not be imported: ${a.problem}`,
    hint: (a) =>
      /^Cannot access '\S+' before initialization$/.test(a.problem)
        ? 'Files that import each other have run in an order in which it is not there yet. Move what both need to a third file.'
        : /^Unknown file extension ".[mc]?ts"/.test(a.problem)
          ? 'Node runs no TypeScript of installed packages: publish it as JavaScript with declarations (tsc), or take its folder into a workspace.'
          : undefined,
  },
});
