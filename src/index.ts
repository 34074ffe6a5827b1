/** What a playbook imports from 'tsplay'. */
export * as v from 'valibot';
export * from './without-v.ts';
