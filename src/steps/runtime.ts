import { readFileSync } from 'node:fs';
import { callsIn, partsByFunction } from './runtime-calls.ts';

/** The files of the runtime, in the order in which they are sent. */
export const runtimeParts = [
  'core.sh',
  'tasks.sh',
  'steps.sh',
  'tools.sh',
  'journal.sh',
  'lock.sh',
  'detach.sh',
  'as.sh',
  'terminal.sh',
  'values.sh',
  'entries.sh',
  'actions.sh',
  'transaction.sh',
  'tries.sh',
  'time-limit.sh',
  'jobs.sh',
  'shared.sh',
  'files.sh',
  'foretold.sh',
] as const;

/** Files of which only some programs need anything: each goes with the bodies that need one of its functions. */
export const optionalParts = [
  'accounts.sh',
  'authorized-keys.sh',
  'copies.sh',
  'edits.sh',
  'file-modes.sh',
  'paths.sh',
  'pipes.sh',
  'reboot.sh',
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

const folder = new URL('./runtime/', import.meta.url);

// Comments are for the reader of this package; on the wire they would cost bytes on every host.
function withoutComments(text: string): string {
  return text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/^(ts_\w+\(\) [{(]) #.*$/gm, '$1')
    .replaceAll(/\n{2,}/g, '\n');
}

const texts = new Map<string, string>();

/** A part as it is sent. */
export function partText(part: string): string {
  let text = texts.get(part);
  if (text === undefined)
    texts.set(part, (text = withoutComments(readFileSync(new URL(part, folder), 'utf8'))));
  return text;
}

/** The shell functions that every compiled program calls. */
export function runtimeText(): string {
  return runtimeParts.map(partText).join('');
}

let needs: Readonly<Record<string, readonly string[]>> | undefined;

/** For each function, the optional parts that a program has to bring along which calls it. The build writes this down. */
export function partsNeeded(): Readonly<Record<string, readonly string[]>> {
  needs ??=
    readNeeds() ??
    partsByFunction(runtimeParts.map(partText), new Map(optionalParts.map((part) => [part, partText(part)])));
  return needs;
}

function readNeeds(): typeof needs {
  try {
    return JSON.parse(readFileSync(new URL('needs.json', folder), 'utf8')) as typeof needs;
  } catch {
    // These are the sources.
    return undefined;
  }
}

/** The optional parts that a body needs, as one text. */
export function optionalText(body: string): string {
  const known = partsNeeded();
  const needed = new Set(
    [...callsIn(body)].flatMap((name) => (Object.hasOwn(known, name) ? known[name] : [])),
  );
  return optionalParts
    .filter((part) => needed.has(part))
    .map(partText)
    .join('');
}

/** All that a host may be sent, by which two versions can be told apart. */
export function wholeRuntime(): string {
  return [...runtimeParts, ...optionalParts].map(partText).join('');
}

/** The functions of a rollback, which stand on those. */
export function rollbackText(): string {
  return partText('rollback.sh');
}
