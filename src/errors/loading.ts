import { defineErrors } from './tsplay-error.ts';

/** Errors of finding, checking and importing TypeScript files. */
export const loadingError = defineErrors({
  'file-not-found': {
    exit: 64,
    message: (a: { file: string }) => `there is no file ${a.file}`,
    hint: () => 'Check the path; it is taken relative to where you stand.',
  },
  'type-error': {
    exit: 64,
    message: (a: { code: string; message: string }) => `${a.message} (${a.code})`,
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
  'import-failed': {
    exit: 64,
    message: (a: { file: string; problem: string }) => `${a.file} could not be imported: ${a.problem}`,
  },
});
