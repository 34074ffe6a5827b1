import { readFileSync } from 'node:fs';

const parts = ['core.sh', 'journal.sh', 'lock.sh', 'detach.sh', 'kinds.sh', 'files.sh', 'link.sh'] as const;

// Comments are for the reader of this package; on the wire they would cost bytes on every host.
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\n{2,}/g, '\n');
}

let text: string | undefined;

/** The shell functions that every compiled program calls. */
export function runtimeText(): string {
  text ??= parts
    .map((part) => withoutComments(readFileSync(new URL(`./runtime/${part}`, import.meta.url), 'utf8')))
    .join('');
  return text;
}
