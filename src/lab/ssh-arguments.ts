import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_FILES } from './image.ts';

/** How the system's ssh reaches a guest. */
export interface SshAccess {
  readonly key: string;
  readonly knownHosts: string;
  readonly port: number;
  /** @defaultValue root */
  readonly user?: string;
}

/**
 * Arguments of ssh up to and with the destination. Nothing of the user's is read or written: no configuration,
 * no known_hosts, no agent; and the guest's host key is verified.
 */
export function sshArguments({ key, knownHosts, port, user = 'root' }: SshAccess): readonly string[] {
  const options = [
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile="${knownHosts}"`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'BatchMode=yes',
    'LogLevel=ERROR',
  ].flatMap((option) => ['-o', option]);
  return ['-F', 'none', ...options, '-i', key, '-p', String(port), `${user}@127.0.0.1`];
}

/** The host key of all guests of an image: type and key. */
export async function readHostKey(image: string): Promise<string> {
  const [type, key] = (await readFile(join(image, IMAGE_FILES.hostKey), 'utf8')).split(' ');
  return `${type} ${key}`;
}

/** The line of known_hosts for the guest behind a port. */
export function knownHostsLine(hostKey: string, port: number): string {
  return `[127.0.0.1]:${port} ${hostKey}\n`;
}
