import { canAsk } from './askpass.ts';
import { quoted } from './target.ts';
import type { Target } from './transport.ts';

/** What a session of ours needs, whatever ssh_config says. */
const always = [
  'ClearAllForwardings=yes',
  'ControlMaster=no',
  'ControlPath=none',
  'EscapeChar=none',
  'ForkAfterAuthentication=no',
  // What it tells at this level says who refused what, and whether it has logged in.
  'LogLevel=DEBUG1',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'RequestTTY=no',
  'SessionType=default',
  'StdinNull=no',
];

/**
 * The words that the system's ssh is called with. It reads ssh_config itself; what the inventory says, and what was
 * worked out for a target that stands for itself, goes before that.
 */
export function opensshArguments(target: Target, command: string, log: string): readonly string[] {
  const { openssh, connectTimeout, keepalive } = target;
  const options = [
    ...always,
    `ConnectTimeout=${Math.max(1, Math.ceil(connectTimeout / 1000))}`,
    ...(keepalive === undefined ? ['ServerAliveInterval=15', 'ServerAliveCountMax=3'] : []),
    // Nobody sits at its terminal: what has to be asked is asked by us.
    canAsk(target) ? 'NumberOfPasswordPrompts=1' : 'BatchMode=yes',
    ...checking(target),
    ...(openssh?.options ?? ownOptions(target)),
  ];
  const file = openssh === undefined ? 'none' : openssh.configFile;
  return [
    ...(file === undefined ? [] : ['-F', file]),
    '-E',
    log,
    ...options.flatMap((option) => ['-o', option]),
    '--',
    openssh?.host ?? target.address,
    command,
  ];
}

/** New keys are taken where that is wanted, and changed ones never. */
function checking({ newKeys }: Target): readonly string[] {
  if (newKeys === undefined) return ['StrictHostKeyChecking=yes'];
  return [`StrictHostKeyChecking=${newKeys.agree === undefined ? 'accept-new' : 'ask'}`];
}

/** A target that does not come from ssh_config. */
function ownOptions(target: Target): readonly string[] {
  const { port, user, identityFiles, knownHostsFiles, hostKeyAlias, agent, forwardAgent, family } = target;
  return [
    `Port=${port}`,
    `User=${user}`,
    ...identityFiles.map((file) => `IdentityFile=${quoted(file)}`),
    ...(identityFiles.length > 0 ? ['IdentitiesOnly=yes'] : []),
    ...(knownHostsFiles.length > 0
      ? [`UserKnownHostsFile=${knownHostsFiles.map(quoted).join(' ')}`, 'GlobalKnownHostsFile=/dev/null']
      : []),
    ...(hostKeyAlias === undefined ? [] : [`HostKeyAlias=${hostKeyAlias}`]),
    ...(agent === undefined ? [] : [`IdentityAgent=${agent === '' ? 'none' : quoted(agent)}`]),
    ...(forwardAgent === true ? ['ForwardAgent=yes'] : []),
    ...(family === undefined ? [] : [`AddressFamily=${family === 4 ? 'inet' : 'inet6'}`]),
  ];
}
