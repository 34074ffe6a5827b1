import { defineErrors } from './tsplay-error.ts';

/** Which connection an error speaks of. */
export interface Where {
  /** The host's name in the inventory. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
}

interface ShownKey extends Where {
  readonly type: string;
  readonly fingerprint: string;
}

interface UnknownKey extends ShownKey {
  readonly files: readonly string[];
  readonly warnings: readonly string[];
  /** The type as file names and ssh-keyscan have it. */
  readonly kind: string;
  readonly accept: string;
}

interface Login extends Where {
  readonly tried: readonly string[];
  readonly skipped: readonly string[];
  readonly problem: string;
}

interface KeyFile {
  readonly host: string;
  readonly file: string;
}

/** Errors of reaching a host. All lead to exit 3; the other hosts go on. */
export const transportError = defineErrors({
  'name-not-found': {
    exit: 3,
    message: (a: Where) => `${peer(a)}: the name cannot be resolved`,
    hint: (a) => `Look it up by hand: getent hosts ${a.address}. The inventory can name an address instead.`,
  },
  'connection-refused': {
    exit: 3,
    message: (a: Where) => `${peer(a)}: connection refused; nothing listens there, or a firewall rejects it`,
    hint: (a) => `Is sshd running there, and is ${a.port} its port? The inventory's port says where to go.`,
  },
  'connection-timeout': {
    exit: 3,
    message: (a: Where & { seconds: number }) => `${peer(a)}: no answer within ${a.seconds} s`,
    hint: () => 'The host is down, the address is wrong, or a firewall drops the packets.',
  },
  'connection-impossible': {
    exit: 3,
    message: (a: Where & { problem: string }) => `${peer(a)}: ${a.problem}`,
    hint: byHand,
  },
  'not-ssh': {
    exit: 3,
    message: (a: Where & { said: string }) =>
      `${peer(a)}: what answers there does not speak SSH; it said: ${a.said}`,
    hint: () => "The port in the inventory is probably another service's.",
  },
  'handshake-dropped': {
    exit: 3,
    message: (a: Where & { tries: number; said: string }) =>
      `${peer(a)}: the host closed the connection before the SSH handshake was done, ${a.tries} times; it said: ${a.said}`,
    hint: () =>
      'Too many logins at once (MaxStartups in its sshd_config), or a ban (fail2ban, hosts.deny, PerSourcePenalties) can be the reason; its sshd log says which.',
  },
  'handshake-timeout': {
    exit: 3,
    message: (a: Where & { seconds: number }) =>
      `${peer(a)}: it took the connection, but the SSH login was not done within ${a.seconds} s`,
    hint: () => 'The host may be overloaded, or it waits for a name server (UseDNS) or for PAM.',
  },
  'handshake-failed': {
    exit: 3,
    message: (a: Where & { problem: string }) => `${peer(a)}: the SSH handshake failed: ${a.problem}`,
    hint: byHand,
  },
  'authentication-failed': {
    exit: 3,
    message: (a: Login) =>
      `${peer(a)}: the login was not accepted: ${a.problem}${also('tried', a.tried)}${also('not tried', a.skipped)}`,
    hint: (a) =>
      `Put the public key into the authorized_keys of ${a.user}, or name the right key (identityFiles) or user in the inventory.`,
  },
  'key-unreadable': {
    exit: 3,
    message: (a: KeyFile & { problem: string }) =>
      `${a.host}: the key ${a.file} cannot be used: ${a.problem}`,
    hint: () => 'identityFiles in the inventory must name files that hold private keys.',
  },
  'key-encrypted': {
    exit: 3,
    message: (a: KeyFile) => `${a.host}: the key ${a.file} has a passphrase and is not in the agent`,
    hint: (a) => `Load it first: ssh-add ${a.file} (with an agent running: eval "$(ssh-agent)").`,
  },
  'key-not-in-agent': {
    exit: 3,
    message: (a: KeyFile) =>
      `${a.host}: ${a.file} holds a public key only, and the agent does not have its private half`,
    hint: () => 'Load the private key with ssh-add, or name its file in identityFiles.',
  },
  'known-hosts-unreadable': {
    exit: 3,
    message: (a: KeyFile & { problem: string }) =>
      `${a.host}: ${a.file} cannot be read, so its key cannot be checked: ${a.problem}`,
    hint: () => 'Make the file readable, or name another one in the inventory (knownHostsFiles).',
  },
  'known-hosts-unwritable': {
    exit: 3,
    message: (a: KeyFile & { problem: string }) =>
      `${a.host}: its new host key cannot be written to ${a.file}: ${a.problem}`,
    hint: () => 'Make the file writable, or name another one first (UserKnownHostsFile, knownHostsFiles).',
  },
  'host-key-unknown': {
    exit: 3,
    message: (a: UnknownKey) =>
      `${peer(a)}: its host key is not known: ${a.type} ${a.fingerprint}. Looked in ${a.files.join(', ')}${also('passed over', a.warnings)}`,
    hint: (a) =>
      `Ask the host itself for its fingerprint (there: ssh-keygen -lf /etc/ssh/ssh_host_${a.kind}_key.pub). Only if it is ${a.fingerprint}: ${a.accept}`,
  },
  'host-key-by-authority': {
    exit: 3,
    message: (a: ShownKey & { authority: string; accept: string }) =>
      `${peer(a)}: it showed the key ${a.type} ${a.fingerprint}, and ${a.authority} knows it by a certificate authority, whose certificates ssh2 cannot check`,
    hint: (a) => `Make the key itself known as well, after comparing its fingerprint: ${a.accept}`,
  },
  'host-key-changed': {
    exit: 3,
    message: (a: ShownKey & { places: readonly string[] }) =>
      `${peer(a)}: ITS HOST KEY HAS CHANGED. It showed ${a.type} ${a.fingerprint}, which is not what ${a.places.join(', ')} knows. Somebody may be listening in`,
    hint: (a) =>
      `If the host was really installed anew, compare that fingerprint with the host's own, delete ${a.places.join(', ')} and make the new key known.`,
  },
  'host-key-revoked': {
    exit: 3,
    message: (a: ShownKey & { places: readonly string[] }) =>
      `${peer(a)}: ITS HOST KEY IS REVOKED at ${a.places.join(', ')}: ${a.type} ${a.fingerprint}. Whoever has stolen it can pretend to be this host`,
    hint: () => 'Do not connect. The host needs a new key.',
  },
  'exec-refused': {
    exit: 3,
    message: (a: Where & { problem: string }) => `${peer(a)}: it starts no command: ${a.problem}`,
    hint: () => 'MaxSessions in its sshd_config, a forced command or a limit on processes can be the reason.',
  },
  'proxy-command': {
    exit: 3,
    message: (a: Where & { command: string; problem: string }) =>
      `${peer(a)}: the ProxyCommand '${a.command}' gave no connection: ${a.problem}`,
    hint: () => 'Run it by hand: it must print the greeting of an sshd. It comes from ssh_config.',
  },
  'jump-refused': {
    exit: 3,
    message: (a: Where & { jump: Where; problem: string }) =>
      `${peer(a)}: the jump host ${a.jump.address} does not get there: ${a.problem}`,
    hint: (a) =>
      `Is it down, or does the jump host forbid to go on (AllowTcpForwarding)? From there: ssh -v -p ${a.port} ${a.address}`,
  },
  'no-openssh': {
    exit: 3,
    message: (a: Where & { problem: string }) =>
      `${peer(a)}: the system's ssh cannot be started: ${a.problem}`,
    hint: () => 'Install the OpenSSH client, or force the other way with --transport ssh2.',
  },
  'openssh-failed': {
    exit: 3,
    message: (a: Where & { problem: string }) => `${peer(a)}: ssh gave up: ${a.problem}`,
    hint: byHand,
  },
  'beyond-ssh2': {
    exit: 3,
    message: (a: Where & { reasons: readonly string[] }) =>
      `${peer(a)}: ssh2 cannot go there: ${a.reasons.join('; ')}`,
    hint: () => "Leave --transport out, and the system's ssh is taken for such hosts.",
  },
  'local-shell': {
    exit: 3,
    message: (a: { host: string; problem: string }) =>
      `${a.host}: no shell can be started on this machine: ${a.problem}`,
    hint: () => 'A connection of the kind local needs sh on PATH.',
  },
});

function peer({ host, address, port, user }: Where): string {
  return `${host} (${user}@${address}, port ${port})`;
}

function byHand(a: Where): string {
  return `Try by hand: ssh -v -p ${a.port} ${a.user}@${a.address}`;
}

function also(what: string, words: readonly string[]): string {
  return words.length === 0 ? '' : `; ${what}: ${words.join(', ')}`;
}
