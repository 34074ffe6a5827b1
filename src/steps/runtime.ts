import { readFileSync } from 'node:fs';

/** The files of the runtime, in the order in which they are sent. */
export const runtimeParts = [
  'core.sh',
  'journal.sh',
  'lock.sh',
  'detach.sh',
  'as.sh',
  'terminal.sh',
  'kinds.sh',
  'transaction.sh',
  'tries.sh',
  'time-limit.sh',
  'jobs.sh',
  'shared.sh',
  'files.sh',
  'foretold.sh',
  'link.sh',
  'link-facts.sh',
  'addresses.sh',
  'link-moves.sh',
  'link-saved.sh',
  'routes.sh',
  'qdiscs.sh',
  'firewall.sh',
  'firewall-chains.sh',
  'firewall-script.sh',
  'ipset.sh',
] as const;

/** Files of which only some programs need anything: each goes with the bodies that call one of its functions. */
export const optionalParts = [
  'accounts.sh',
  'authorized-keys.sh',
  'edits.sh',
  'paths.sh',
  'pipes.sh',
  'reboot.sh',
] as const;

// Comments are for the reader of this package; on the wire they would cost bytes on every host.
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\n{2,}/g, '\n');
}

const texts = new Map<string, string>();

function textOf(part: string): string {
  let text = texts.get(part);
  if (text === undefined) {
    text = withoutComments(readFileSync(new URL(`./runtime/${part}`, import.meta.url), 'utf8'));
    texts.set(part, text);
  }
  return text;
}

/** The shell functions that every compiled program calls. */
export function runtimeText(): string {
  return runtimeParts.map(textOf).join('');
}

const calls = new Map<string, RegExp>();

/** The functions of optional parts, for a body that calls some of them. */
export function optionalText(body: string): string {
  return optionalParts
    .filter((part) => callsOf(part).test(body))
    .map(textOf)
    .join('');
}

/** What tells that one of the functions of a part is called. */
function callsOf(part: string): RegExp {
  let found = calls.get(part);
  if (found === undefined) {
    const names = [...textOf(part).matchAll(/^(ts_\w+)\(\)/gm)].map(([, name]) => name);
    found = new RegExp(`\\b(${names.join('|')})\\b`);
    calls.set(part, found);
  }
  return found;
}

/** The functions of a rollback, which stand on those. */
export function rollbackText(): string {
  return textOf('rollback.sh');
}
