import { defineErrors } from './tsplay-error.ts';

interface Where {
  readonly address: string;
  readonly port: number;
}

/** Errors of reaching a host. All lead to exit 3; the other hosts go on. */
export const transportError = defineErrors({
  'host-key-unknown': {
    exit: 3,
    message: (a: Where & { type: string; fingerprint: string; files: readonly string[] }) =>
      `the host key of ${name(a)} is not known (${a.type}, ${a.fingerprint}); looked in ${a.files.join(', ')}`,
    hint: (a) =>
      `Compare the fingerprint with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there), then: ssh-keyscan -p ${a.port} ${a.address} >> ${a.files[0] ?? '~/.ssh/known_hosts'}`,
  },
  'host-key-changed': {
    exit: 3,
    message: (a: Where & { type: string; fingerprint: string; entry: string }) =>
      `THE HOST KEY OF ${name(a)} HAS CHANGED: it now has ${a.type} ${a.fingerprint}, but ${a.entry} says otherwise. Somebody may be listening in`,
    hint: (a) => `If the host was really installed anew, delete the line ${a.entry} and accept the new key.`,
  },
  'host-key-revoked': {
    exit: 3,
    message: (a: Where & { type: string; fingerprint: string; entry: string }) =>
      `the host key of ${name(a)} (${a.type}, ${a.fingerprint}) is marked as revoked at ${a.entry}`,
    hint: () => 'Do not connect. The host needs a new key.',
  },
  refused: {
    exit: 3,
    message: (a: Where & { user: string; problem: string }) =>
      `cannot reach ${name(a)} as ${a.user}: ${a.problem}`,
    hint: (a) => `Try by hand: ssh -p ${a.port} ${a.user}@${a.address}`,
  },
  authentication: {
    exit: 3,
    message: (a: Where & { user: string; tried: readonly string[] }) =>
      `${name(a)} does not accept ${a.user}; tried ${a.tried.length === 0 ? 'no key, for none was found' : a.tried.join(', ')}`,
    hint: () =>
      "Put the public key into that user's authorized_keys, or name the right key in the inventory (identityFiles).",
  },
  'key-unreadable': {
    exit: 3,
    message: (a: { file: string; problem: string }) => `the key ${a.file} cannot be used: ${a.problem}`,
    hint: () => 'A key with a passphrase has to be loaded into the agent first: ssh-add FILE.',
  },
});

function name({ address, port }: Where): string {
  return port === 22 ? address : `[${address}]:${port}`;
}
